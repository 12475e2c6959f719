import {
  type WritableValue,
  isList,
  definedEntries,
  jsonText,
  pairLines,
  sameValue,
  scalarText,
  valueLines,
} from './value-text';
import { type MapEntry, type MapNode, plainValue, type YamlNode } from './yaml-node';

/** A key as it stands in the file, and its new value; undefined removes it. */
export type Change = readonly [key: string, value: WritableValue | undefined];

/** Replaces `[start, end)` of the text. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Carries out changes on the text itself, touching nothing but the values that change. Undefined: the text has a shape that this
 * cannot edit. The caller reads the result again and does not trust it.
 */
export function editText(
  text: string,
  root: MapNode | undefined,
  changes: readonly Change[],
): string | undefined {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const editor = new Editor(text, lineEnd);
  editor.changeMap(root, changes);
  return editor.result();
}

class Editor {
  private readonly splices: Splice[] = [];
  private readonly additions: string[] = [];

  constructor(
    private readonly text: string,
    private readonly lineEnd: string,
  ) {}

  result(): string | undefined {
    const ordered = [...this.splices].sort((a, b) => b.start - a.start);
    if (ordered.some((splice, index) => splice.start < (ordered[index + 1]?.end ?? 0))) return undefined;
    const edited = ordered.reduce(
      (text, { start, end, text: part }) => text.slice(0, start) + part + text.slice(end),
      this.text,
    );
    return this.additions.length === 0 ? edited : this.append(edited);
  }

  changeMap(map: MapNode | undefined, changes: readonly Change[]): void {
    const added: [string, WritableValue][] = [];
    for (const [key, value] of changes) {
      const entries = map?.entries.filter((entry) => entry.key.text === key) ?? [];
      const last = entries.at(-1);
      if (map !== undefined && value === undefined) for (const entry of entries) this.remove(map, entry);
      else if (map !== undefined && last !== undefined && value !== undefined) this.change(map, last, value);
      else if (value !== undefined) added.push([key, value]);
    }
    if (added.length > 0) this.add(map, added);
  }

  private change(map: MapNode, entry: MapEntry, value: WritableValue): void {
    const old = entry.value;
    if (
      old.kind === 'map' &&
      old.entries.length > 0 &&
      isMapValue(value) &&
      definedEntries(value).length > 0
    ) {
      this.changeMap(old, differences(old, value));
      return;
    }
    const isInline = this.text.slice(entry.key.end, old.offset).indexOf('\n') < 0;
    if (map.flow) {
      this.replace(old, old.offset === old.end ? ` ${jsonText(value)}` : jsonText(value));
      return;
    }
    const rendered = valueLines(value, this.indentOf(entry), this.listIndentOf(entry));
    if (
      'inline' in rendered &&
      old.kind === 'scalar' &&
      old.style !== 'block' &&
      isInline &&
      old.end > old.offset
    ) {
      this.replace(
        old,
        value === null || typeof value !== 'object' ? scalarText(value, old) : rendered.inline,
      );
      return;
    }
    const colon = this.text.indexOf(':', entry.key.end) + 1;
    const end = Math.max(colon, this.contentEnd(old));
    const below =
      'lines' in rendered
        ? rendered.lines.map((line) => `${this.lineEnd}${line}`).join('')
        : ` ${rendered.inline}`;
    this.splices.push({ start: colon, end, text: below });
  }

  private add(map: MapNode | undefined, added: readonly (readonly [string, WritableValue])[]): void {
    if (map?.flow === true) this.addToFlow(map, added);
    else if (map === undefined || this.columnOf(map.offset) === 0) {
      this.additions.push(...added.flatMap(([key, value]) => pairLines(key, value, '', '  ')));
    } else {
      const last = map.entries.at(-1);
      if (last === undefined) return;
      const indent = ' '.repeat(this.columnOf(map.offset));
      const at = this.lineEndAfter(last.value);
      const lines = added.flatMap(([key, value]) => pairLines(key, value, indent, '  '));
      const before = at > 0 && this.text[at - 1] !== '\n' ? this.lineEnd : '';
      this.splices.push({ start: at, end: at, text: `${before}${lines.join(this.lineEnd)}${this.lineEnd}` });
    }
  }

  private addToFlow(map: MapNode, added: readonly (readonly [string, WritableValue])[]): void {
    const pairs = added.map(([key, value]) => `${jsonText(key)}: ${jsonText(value)}`);
    const first = map.entries[0];
    const last = map.entries.at(-1);
    if (first === undefined || last === undefined) {
      this.splices.push({ start: map.offset, end: map.end, text: `{${pairs.join(', ')}}` });
      return;
    }
    const lead = /[\s]*$/.exec(this.text.slice(map.offset + 1, first.key.offset))?.[0] ?? '';
    const at = Math.max(last.value.end, last.key.end);
    const trailing = /^\s*,/.test(this.text.slice(at, map.end));
    const text = trailing
      ? pairs.map((pair) => `${lead || ' '}${pair},`).join('')
      : pairs.map((pair) => `,${lead || ' '}${pair}`).join('');
    const place = trailing ? this.text.indexOf(',', at) + 1 : at;
    this.splices.push({ start: place, end: place, text });
  }

  private remove(map: MapNode, entry: MapEntry): void {
    if (!map.flow) {
      const start = this.text.lastIndexOf('\n', entry.key.offset - 1) + 1;
      this.splices.push({ start, end: this.lineEndAfter(entry.value, entry.key.end), text: '' });
      return;
    }
    const index = map.entries.indexOf(entry);
    const next = map.entries[index + 1];
    const previous = map.entries[index - 1];
    const end = Math.max(entry.value.end, entry.key.end);
    if (next !== undefined) this.splices.push({ start: entry.key.offset, end: next.key.offset, text: '' });
    else if (previous !== undefined)
      this.splices.push({ start: Math.max(previous.value.end, previous.key.end), end, text: '' });
    else this.splices.push({ start: map.offset + 1, end: map.end - 1, text: '' });
  }

  private replace(node: YamlNode, text: string): void {
    this.splices.push({ start: node.offset, end: node.end, text });
  }

  /** New settings go to the end of the file, before an end-of-document mark. */
  private append(text: string): string {
    const mark = /(?:^|\n)(?:\.\.\.|---)[^\n]*\n?(?:\s|#[^\n]*\n)*$/.exec(text.slice(-2000));
    const ending = mark !== null && /^\n?\.\.\./.test(mark[0]) ? mark[0].replace(/^\n/, '') : '';
    const body = text.slice(0, text.length - ending.length);
    const joint = body === '' || body.endsWith('\n') ? '' : this.lineEnd;
    return `${body}${joint}${this.additions.join(this.lineEnd)}${this.lineEnd}${ending}`;
  }

  private indentOf(entry: MapEntry): string {
    return ' '.repeat(this.columnOf(entry.key.offset));
  }

  /** How much further than their key the items of a list stand; new lists get two spaces. */
  private listIndentOf(entry: MapEntry): string {
    if (entry.value.kind !== 'list' || entry.value.flow) return '  ';
    return ' '.repeat(Math.max(0, this.columnOf(entry.value.offset) - this.columnOf(entry.key.offset)));
  }

  private columnOf(offset: number): number {
    return offset - (this.text.lastIndexOf('\n', offset - 1) + 1);
  }

  /** Behind the value's last character that is not a line end. */
  private contentEnd(node: YamlNode): number {
    let end = node.end;
    while (end > node.offset && /[\r\n]/.test(this.text[end - 1] ?? '')) end -= 1;
    return end;
  }

  private lineEndAfter(node: YamlNode, atLeast = 0): number {
    if (node.end > node.offset && this.text[node.end - 1] === '\n') return node.end;
    const at = this.text.indexOf('\n', Math.max(node.end, atLeast));
    return at < 0 ? this.text.length : at + 1;
  }
}

function isMapValue(value: WritableValue): value is { readonly [key: string]: WritableValue | undefined } {
  return value !== null && typeof value === 'object' && !isList(value);
}

/** What turns a map into the wanted one: changed and new keys, and keys that go. */
function differences(
  old: MapNode,
  wanted: { readonly [key: string]: WritableValue | undefined },
): readonly Change[] {
  const current = new Map(old.entries.map((entry) => [entry.key.text, plainValue(entry.value)]));
  const target = new Map(definedEntries(wanted));
  const gone = [...current.keys()].filter((key) => !target.has(key)).map((key): Change => [key, undefined]);
  const changed = [...target].filter(
    ([key, value]) => !sameValue(current.get(key) ?? undefinedMark, value) || !current.has(key),
  );
  return [...gone, ...changed];
}

/** Equal to nothing that can stand in a file. */
const undefinedMark: WritableValue = '\0';
