import { ServiceError } from '@aml/api-client';
import type { AppError } from '@aml/errors';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProjectRoot } from '../project/find-project-root';
import { FindingsError } from '../project/findings-error';
import type { OutputOptions } from './output-format';
import { printError } from './print-error';
import type { Terminal } from './terminal';

/** Prints a failure with its findings; excerpts come from the project that the person is in. */
export function reportFailure(
  error: AppError,
  options: {
    readonly terminal: Terminal;
    readonly output: OutputOptions | undefined;
    readonly debug: boolean;
    readonly cwd: string;
  },
): void {
  const hasFindings = error instanceof ServiceError || error instanceof FindingsError;
  const root = (error instanceof FindingsError ? error.root : undefined) ?? findProjectRoot(options.cwd);
  printError(options.terminal, options.output, error, {
    findings: hasFindings ? error.findings : [],
    operationId: error instanceof ServiceError ? error.operationId : undefined,
    debug: options.debug,
    ...(root === undefined ? {} : { readLine: projectLineReader(root) }),
  });
}

/** Reads single lines of the small text files of a project; undefined where there is no such line. */
export function projectLineReader(root: string): (file: string, line: number) => string | undefined {
  return (file, line) => {
    try {
      return readFileSync(join(root, file), 'utf8').slice(0, 1_000_000).split(/\r?\n/)[line - 1];
    } catch {
      return undefined;
    }
  };
}
