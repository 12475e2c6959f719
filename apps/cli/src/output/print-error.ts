import { toErrorData, type AppError, type ErrorData } from '@aml/errors';
import { INTERRUPTED } from '../failure-exit-code';
import type { OutputOptions } from './output-format';
import { printableLines } from './printable';
import type { Terminal } from './terminal';

/** Something to say about a place in a file of the project; the shape that `@aml/aml-config` and the services share. */
export interface ShownFinding {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly fix?: string | undefined;
  readonly hint?: string | undefined;
}

export interface ErrorDetails {
  readonly findings: readonly ShownFinding[];
  /** Names the failed request in the logs of the services. */
  readonly operationId: string | undefined;
  /** Text of a file of the project, for the excerpt; undefined: none. */
  readonly readLine?: (file: string, line: number) => string | undefined;
  readonly debug: boolean;
}

/**
 * Prints a failure on stderr: what was wrong, the place with an excerpt, the next step. With `-o json` or `-o yaml`
 * the same as data, so that programs need not parse text.
 */
export function printError(
  terminal: Terminal,
  output: OutputOptions | undefined,
  error: AppError,
  details: ErrorDetails,
): void {
  const data = toErrorData(error);
  if (output?.format === 'json' || output?.format === 'yaml') {
    const body = {
      error: data,
      ...(details.findings.length > 0 ? { findings: details.findings } : {}),
      ...(details.operationId === undefined ? {} : { operationId: details.operationId }),
    };
    terminal.err(`${JSON.stringify(body, null, 2)}\n`);
    return;
  }
  const { red, yellow, bold, cyan, dim } = terminal.errColors;
  const errors = details.findings.filter((finding) => finding.severity === 'error');
  const told = errors.length === 1 && errors[0]?.message === data.message;
  const word = data.code === INTERRUPTED ? yellow(bold('interrupted:')) : red(bold('error:'));
  if (!told) terminal.err(`${word} ${printableLines(data.message)}\n`);
  for (const finding of details.findings) printFinding(terminal, finding, details.readLine);
  for (let cause = data.cause; cause; cause = cause.cause) {
    if (isWorthSaying(cause, data)) terminal.err(`${dim('because:')} ${printableLines(cause.message)}\n`);
  }
  if (details.operationId !== undefined && data.blame !== 'user') {
    terminal.err(`${dim('operation:')} ${details.operationId}\n`);
  }
  const hint = data.hint ?? (errors.some((finding) => finding.hint) ? undefined : defaultHint(data));
  const saidBefore = details.findings.some((finding) => finding.hint === hint);
  if (hint !== undefined && !saidBefore) terminal.err(`${cyan(bold('next:'))} ${printableLines(hint)}\n`);
  if (details.debug) terminal.err(`${dim(`${data.code}\n${error.stack ?? ''}`)}\n`);
}

/** One finding as `file:line:column`, the line it is about with a caret, and the corrected text. */
export function printFinding(
  terminal: Terminal,
  finding: ShownFinding,
  readLine?: (file: string, line: number) => string | undefined,
): void {
  const { red, yellow, bold, dim, green, cyan } = terminal.errColors;
  const word = finding.severity === 'error' ? red(bold('error:')) : yellow(bold('warning:'));
  const place = placeOf(finding);
  terminal.err(
    `${word} ${place === '' ? '' : `${bold(printableLines(place))}: `}${printableLines(finding.message)}\n`,
  );
  const text = finding.line > 0 && place !== '' ? readLine?.(finding.file, finding.line) : undefined;
  if (text !== undefined && text.trim() !== '') {
    const gutter = String(finding.line);
    const lead = ' '.repeat(gutter.length);
    const shown = printableLines(maskValue(text)).slice(0, 200);
    const indent = shown.slice(0, Math.max(0, finding.column - 1)).replace(/[^\t]/g, ' ');
    terminal.err(`${dim(`  ${gutter} |`)} ${shown}\n${dim(`  ${lead} |`)} ${indent}${red('^')}\n`);
  }
  if (finding.fix !== undefined) {
    terminal.err(`${dim('  write it like this:')}\n`);
    for (const line of finding.fix.replace(/\n$/, '').split('\n'))
      terminal.err(`    ${green(printableLines(line))}\n`);
  }
  if (finding.hint !== undefined) terminal.err(`  ${cyan('next:')} ${printableLines(finding.hint)}\n`);
}

/** Names whose values are not repeated on the screen, and addresses with a password in them. */
const SECRET_LINE =
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|(?:api|access|account|private|storage|shared)[_-]?key|connection[_-]?string)["']?\s*[:=]\s*)(?!null\b)(\S.*)$/i;

function maskValue(line: string): string {
  // A reference says where the secret is, not what it is.
  if (/AzureMlSecret=/i.test(line)) return line;
  return line.replace(SECRET_LINE, '$1********').replace(/(:\/\/[^\s:@/]*:)[^\s@/]+@/g, '$1********@');
}

/** What was typed stands in no file. */
const COMMAND_LINE = '(command line)';

function placeOf(finding: ShownFinding): string {
  if (finding.file === COMMAND_LINE) return '';
  return finding.line > 0 ? `${finding.file}:${finding.line}:${finding.column}` : finding.file;
}

function isWorthSaying(cause: ErrorData, error: ErrorData): boolean {
  return !error.message.includes(cause.message);
}

function defaultHint(error: ErrorData): string | undefined {
  return error.blame === 'us' ? 'See `aml server logs`, and run the command again with --debug.' : undefined;
}
