import { COMMAND_LINE, type Finding, printable } from './finding';
import { MASK, maskSecretText } from './secrets-look';
import { SourceText } from './source-text';

const WIDTH = 110;

/**
 * A finding as text for people: `file:line:column: severity: message`, the line with a caret when the text of the file is given, the corrected
 * text, and what to do next. No secret and no control character of the file is in it.
 */
export function formatFinding(finding: Finding, sourceText?: string): string {
  const place =
    finding.file === COMMAND_LINE
      ? COMMAND_LINE
      : `${printable(finding.file)}:${String(finding.line)}:${String(finding.column)}`;
  const parts = [`${place}: ${finding.severity}: ${printable(finding.message)} [${finding.code}]`];
  if (sourceText !== undefined && finding.file !== COMMAND_LINE) parts.push(...excerpt(finding, sourceText));
  if (finding.fix !== undefined) {
    parts.push('  write:', ...finding.fix.split('\n').map((line) => `    ${printable(line)}`));
  }
  if (finding.hint !== undefined) parts.push(`  ${printable(finding.hint)}`);
  return parts.join('\n');
}

function excerpt(finding: Finding, sourceText: string): readonly string[] {
  const source = new SourceText(finding.file, sourceText.replace(/^\ufeff/, ''));
  const written = source.line(finding.line);
  if (written.trim() === '') return [];
  // What a finding calls a secret is not shown, whatever it looks like.
  const isSecret = finding.code.startsWith('secret-');
  const line = isSecret ? `${written.slice(0, finding.column - 1)}${MASK}` : written;
  const start = Math.max(0, finding.column - 1 - Math.floor(WIDTH / 2));
  const shown = printable(
    maskSecretText(line)
      .replaceAll('\t', ' ')
      .slice(line.length > WIDTH ? start : 0)
      .slice(0, WIDTH),
  );
  const caret = Math.min(finding.column - 1 - (line.length > WIDTH ? start : 0), shown.length);
  const gutter = String(finding.line).padStart(4);
  return [`${gutter} | ${shown}`, `${' '.repeat(4)} | ${' '.repeat(Math.max(0, caret))}^`];
}
