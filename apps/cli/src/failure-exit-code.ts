import { exitCodeOf, type AppError } from '@aml/errors';

/** Code of the error that stands for "interrupted by Ctrl-C while the run goes on". */
export const INTERRUPTED = 'interrupted';

/** The exit code of a command that failed before or beside a run: the table in ARCHITECTURE.md. */
export function failureExitCode(error: AppError): number {
  return error.code === INTERRUPTED ? 130 : exitCodeOf(error);
}
