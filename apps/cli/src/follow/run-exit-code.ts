import { exitCodeOf, type ErrorData } from '@aml/errors';

export interface RunEnd {
  readonly status: string;
  readonly exitCode: number | null;
  readonly error?: ErrorData | null | undefined;
}

/**
 * The exit code of a command that followed a run: 0 Completed; 1 the script failed, ran out of time, or the run was
 * canceled by another command; 2, 3, 4, 5 where something else was the cause: the table in ARCHITECTURE.md.
 */
export function runExitCode(end: RunEnd): number {
  if (end.status === 'Completed') return 0;
  const { error } = end;
  if (end.status === 'Canceled' || error === null || error === undefined) return 1;
  if (end.exitCode !== null && end.exitCode !== 0 && error.blame === 'user') return 1;
  if (error.blame === 'user' && /^(script|time-limit|run-time|run-canceled)/.test(error.code)) return 1;
  return exitCodeOf(error);
}
