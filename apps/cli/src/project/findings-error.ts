import { AppError, type AppErrorInput } from '@aml/errors';
import type { ShownFinding } from '../output/print-error';

/** A failure with the places in files that caused it, found without the services. */
export class FindingsError extends AppError {
  readonly findings: readonly ShownFinding[];
  /** The project that the files are in. */
  readonly root: string | undefined;

  constructor(input: AppErrorInput, findings: readonly ShownFinding[], root?: string) {
    super(input);
    this.findings = findings;
    this.root = root;
  }
}
