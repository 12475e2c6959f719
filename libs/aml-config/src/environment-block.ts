import { isRunConfigurationKey, RUN_CONFIGURATION_KEYS } from './known-keys';
import { type SourceText } from './source-text';
import { closest } from './suggest';
import { isNull, type MapEntry, type MapNode, type ScalarNode } from './yaml-node';

/** A block of `EnvironmentVariables` whose entries do not stand under their key, as a page of the old documentation shows it. */
export interface LooseEnvironmentBlock {
  /** 1-based line of the first entry that stands wrong. */
  readonly line: number;
  readonly lastLine: number;
  readonly names: readonly string[];
  /** The whole block, as it should be typed. */
  readonly fix: string;
}

/** Bounds the time of the searches below. */
const LONGEST_LINE = 1000;

const KEY_LINE = /^\s*(["']?)EnvironmentVariables\1\s*:(.*)$/i;

export const LOOSE_ENVIRONMENT_HINT =
  'Each variable goes under `EnvironmentVariables:`, indented by two spaces.';

/** Finds the block in a text that is not valid YAML. */
export function findLooseEnvironmentBlock(source: SourceText): LooseEnvironmentBlock | undefined {
  if (source.text.trimStart().startsWith('{')) return undefined;
  for (let line = 1; line <= source.lineCount; line += 1) {
    const inline = KEY_LINE.exec(source.line(line))?.[2];
    if (inline === undefined) continue;
    const lastLine = lastEntryLine(source, line);
    const entries = entryLines(source, line + 1, lastLine);
    const inlineEntry = /^\s*(?:(["']).+?\1|[\w.-]+)\s*[:=]/.test(inline);
    if (!inlineEntry && (entries.length === 0 || (!isNothing(inline) && stand(entries)))) return undefined;
    const names = [...(inlineEntry ? [inline] : []), ...entries].map(nameOf);
    return {
      line: inlineEntry ? line : line + 1,
      lastLine,
      names,
      fix: indentedBlock(source, line, lastLine),
    };
  }
  return undefined;
}

/** Entries that follow `EnvironmentVariables:` at its own level, where they are valid YAML but settings of nothing. */
export function entriesOutsideTheBlock(root: MapNode): readonly MapEntry[] {
  const at = root.entries.findIndex((entry) => entry.key.text.toLowerCase() === 'environmentvariables');
  const block = root.entries[at];
  if (block === undefined || root.flow) return [];
  const isEmpty = isNull(block.value) && (block.value as ScalarNode).text === '';
  const following = root.entries.slice(at + 1);
  const end = following.findIndex((entry) => !isVariable(entry, isEmpty));
  return end < 0 ? following : following.slice(0, end);
}

/** Under an empty block any unknown name is a variable, unless it is written LikeASetting; behind a filled one only what is in capitals. */
function isVariable(entry: MapEntry, blockIsEmpty: boolean): boolean {
  const name = entry.key.text;
  if (entry.value.kind !== 'scalar' || isRunConfigurationKey(name)) return false;
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return true;
  if (!blockIsEmpty || closest(name, RUN_CONFIGURATION_KEYS) !== undefined) return false;
  const isLikeASetting = entry.key.style === 'plain' && /^(?:[A-Z][a-z0-9]+){2,}$/.test(name.slice(0, 100));
  return !isLikeASetting;
}

/** The block from the line of its key to the last line, with every entry indented; `A=b` and `- A: b` become `A: b`. */
export function indentedBlock(source: SourceText, keyLine: number, lastLine: number): string {
  const inline = KEY_LINE.exec(source.line(keyLine))?.[2]?.trim() ?? '';
  const lines = inline === '' || inline.startsWith('#') || isNothing(inline) ? [] : [inline];
  for (let line = keyLine + 1; line <= lastLine; line += 1) lines.push(source.line(line).trim());
  return [
    'EnvironmentVariables:',
    ...lines.filter((line) => line !== '').map((line) => `  ${asPair(line)}`),
  ].join('\n');
}

/** What stands behind the key of a block without entries, and is forgotten there when the first entry comes. */
function isNothing(inline: string): boolean {
  return /^\s*(?:null|~|\{\s*\})\s*(?:#.*)?$/i.test(inline.slice(0, LONGEST_LINE));
}

function asPair(line: string): string {
  if (line.startsWith('#') || line.length > LONGEST_LINE) return line;
  const entry = line.replace(/^-\s+/, '');
  const assignment = /^(["']?)([A-Za-z_][\w.-]*)\s*=\s*(.*?)\1$/.exec(entry);
  return assignment === null ? entry : `${assignment[2] ?? ''}: ${quotedValue(assignment[3] ?? '')}`;
}

function quotedValue(value: string): string {
  return /^(["']).*\1$/.test(value) ? value : JSON.stringify(value);
}

function lastEntryLine(source: SourceText, keyLine: number): number {
  let last = keyLine;
  for (let line = keyLine + 1; line <= source.lineCount; line += 1) {
    const text = source.line(line).trim();
    if (text === '' || text.startsWith('#')) continue;
    if (isRunConfigurationKey(nameOf(text)) || /^(?:---|\.\.\.)/.test(text)) break;
    last = line;
  }
  return last;
}

function entryLines(source: SourceText, first: number, last: number): readonly string[] {
  const lines: string[] = [];
  for (let line = first; line <= last; line += 1) {
    const text = source.line(line);
    if (text.trim() !== '' && !text.trim().startsWith('#')) lines.push(text);
  }
  return lines;
}

/** Whether entries are indented under their key, all alike, each a name and a value: then the mistake is another one. */
function stand(lines: readonly string[]): boolean {
  const indents = new Set(lines.map((line) => /^\s*/.exec(line)?.[0] ?? ''));
  const [indent = ''] = [...indents];
  return (
    indents.size === 1 &&
    /^ +$/.test(indent) &&
    lines.every((line) => /^\s*(?:(["']).*?\1|[^\s:]+)\s*:(?:\s|$)/.test(line))
  );
}

function nameOf(line: string): string {
  return /^\s*(?:-\s+)?["']?([^"':=]*?)["']?\s*(?:[:=]|$)/.exec(line.slice(0, LONGEST_LINE))?.[1] ?? '';
}
