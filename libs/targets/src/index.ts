export { createTargetDrivers, TARGET_DEFINITIONS } from './target-kinds';
export type { TargetDriverDependencies } from './target-kinds';
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
export { secretReferencesOf } from './shared/script-environment';
export type { CommandResult, FileStat, Host, WalkEntry } from './shared/host';
export { LocalHost } from './shared/local-host';
export type { RuntimeFolders } from './shared/runtime-files';
export type { RunLimits, TargetDefinition } from './shared/target-definition';
