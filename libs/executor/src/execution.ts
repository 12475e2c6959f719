import type { TargetDriver } from '@aml/targets';
import type { Clock } from './clock';
import type { ControlLog } from './control-log';
import type { ExecutorSettings } from './executor-settings';
import type { RunReporter, RunWork } from './executor-ports';
import type { LeaseKeeper } from './lease-keeper';
import type { Masker } from './masker';
import type { RunReports } from './run-reports';
import type { TargetCalls } from './target-calls';

/** How far the record of a run had got when this execution began. */
export type Positions = Awaited<ReturnType<RunReporter['positions']>>;

/** Everything that the phases of one execution share. */
export interface Execution {
  readonly work: RunWork;
  readonly driver: TargetDriver;
  readonly calls: TargetCalls;
  readonly reports: RunReports;
  readonly control: ControlLog;
  readonly lease: LeaseKeeper;
  readonly masker: Masker;
  readonly secrets: Readonly<Record<string, string>>;
  readonly positions: Positions;
  readonly settings: ExecutorSettings;
  readonly clock: Clock;
  /** For the record: what went not quite as it should. */
  readonly warnings: string[];
}
