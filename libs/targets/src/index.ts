export type {
  CancelProgress,
  CheckFact,
  DriverContext,
  ExitRecord,
  LaunchInput,
  Observation,
  OutputFile,
  RunHandle,
  SnapshotSource,
  SpoolStream,
  TargetDriver,
} from './target-driver';
export type { CommandResult, FileStat, Host } from './shared/host';
