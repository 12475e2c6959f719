export type { RunOutcome, RunReporter, RunWork, WorkSource } from './executor-ports';
