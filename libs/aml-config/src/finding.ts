import { MASK, maskSecretShapes, maskSecretText } from './secrets-look';

export type Severity = 'error' | 'warning';

/** A place in a file; both numbers are 1-based, columns count UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Something to say about a file of a project. An `error` stops the run it concerns, a `warning` never does. */
export interface Finding extends Position {
  readonly severity: Severity;
  /** Stable, kebab-case, for programs: `target-unknown`. */
  readonly code: string;
  /** What was wrong, quoting the value (never a secret). */
  readonly message: string;
  /** Path from the project root, or `(command line)` for what was typed. */
  readonly file: string;
  /** The corrected text of the line or block, ready to type. Secret values in it are masked. */
  readonly fix?: string;
  /** The next step to type or do. */
  readonly hint?: string;
}

export interface FindingDetail {
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly hint?: string | undefined;
}

/** The `file` of findings about something that was typed and stands in no file. */
export const COMMAND_LINE = '(command line)';

const LIMIT = 200;

/** Collects findings; the same finding is kept once, and not more than 200 of them. */
export class FindingList {
  private readonly found = new Map<string, Finding>();

  get all(): readonly Finding[] {
    return [...this.found.values()];
  }

  get hasErrors(): boolean {
    return hasErrors(this.all);
  }

  error(file: string, at: Position, detail: FindingDetail): void {
    this.add('error', file, at, detail);
  }

  warning(file: string, at: Position, detail: FindingDetail): void {
    this.add('warning', file, at, detail);
  }

  include(findings: readonly Finding[]): void {
    for (const finding of findings) this.keep(finding);
  }

  private add(severity: Severity, file: string, at: Position, detail: FindingDetail): void {
    const fix = detail.fix === undefined ? undefined : maskSecretText(detail.fix);
    // A single line whose value is masked tells nobody what to type.
    const tells = fix !== undefined && (fix.includes('\n') || !fix.includes(MASK));
    this.keep({
      severity,
      code: detail.code,
      message: detail.message,
      file,
      line: at.line,
      column: at.column,
      ...(tells ? { fix } : {}),
      ...(detail.hint === undefined ? {} : { hint: detail.hint }),
    });
  }

  private keep(finding: Finding): void {
    const { file, line, column, code, message } = finding;
    const key = [file, line, column, code, message].join('\0');
    if (this.found.size < LIMIT && !this.found.has(key)) this.found.set(key, finding);
  }
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}

/** Findings in the order of files and lines, errors before warnings of the same line. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const rank = (finding: Finding): number => (finding.severity === 'error' ? 0 : 1);
  return [...findings].sort(
    (a, b) => compareText(a.file, b.file) || a.line - b.line || rank(a) - rank(b) || a.column - b.column,
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A value of a file inside a message: between backticks, on one line, without control characters, cut at 100. */
export function quoted(value: string): string {
  const shown = maskSecretShapes(value);
  const cut = shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
  return `\`${printable(cut)}\``;
}

/** Text without control characters, so that a hostile file cannot steer the terminal that shows it. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
