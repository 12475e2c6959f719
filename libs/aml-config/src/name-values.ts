import { type FindingList, type Position, quoted } from './finding';
import { foldKey } from './known-keys';
import { type SourceText } from './source-text';
import { didYouMean } from './suggest';
import {
  describe,
  isNull,
  type MapEntry,
  type MapNode,
  plainValue,
  type PlainValue,
  scalarValue,
  type YamlNode,
} from './yaml-node';

export interface NameValuesSpec<Key extends string> {
  /** What the file describes, for messages: `a compute target`. */
  readonly noun: string;
  readonly keys: readonly Key[];
  /** Other spellings of a key that are taken without a word. */
  readonly aliases?: Readonly<Record<string, Key>>;
  /** Takes differences in capitals without a word. */
  readonly anyCase?: boolean;
}

/** The settings of one file: finds keys whatever their capitals, and reads values as the type a setting has, with a finding where it differs. */
export class NameValues<Key extends string> {
  private readonly known = new Map<Key, MapEntry>();
  private readonly others: MapEntry[] = [];

  constructor(
    private readonly source: SourceText,
    root: MapNode | undefined,
    private readonly spec: NameValuesSpec<Key>,
    private readonly findings: FindingList,
  ) {
    const seen = new Map<string, MapEntry>();
    for (const entry of root?.entries ?? []) {
      const key = this.canonical(entry);
      const earlier = seen.get(key ?? entry.key.text);
      if (earlier !== undefined) this.reportDuplicate(entry, earlier);
      seen.set(key ?? entry.key.text, entry);
      if (key !== undefined) this.known.set(key, entry);
      else this.others.push(entry);
    }
  }

  entry(key: Key): MapEntry | undefined {
    return this.known.get(key);
  }

  /** The place of a setting's value, or the start of the file. */
  positionOf(key: Key): Position {
    const entry = this.known.get(key);
    return entry === undefined
      ? { line: 1, column: 1 }
      : this.place(entry.value.offset < entry.key.offset ? entry.key : entry.value);
  }

  get positions(): Readonly<Record<string, Position>> {
    return Object.fromEntries([...this.known.keys()].map((key) => [key, this.positionOf(key)]));
  }

  place(node: YamlNode): Position {
    return this.source.positionAt(node.offset);
  }

  /** Text as written; a number or a boolean is text too, as it is spelled. Absent, `null` and empty are undefined. */
  text(key: Key): string | undefined {
    const value = this.known.get(key)?.value;
    if (value === undefined || isNull(value)) return undefined;
    if (value.kind !== 'scalar') {
      this.wrongType(key, value, 'text');
      return undefined;
    }
    const text = value.text.trim();
    return text === '' ? undefined : text;
  }

  /** `true` or `false` in any capitals; `"True"`, `yes`, `on`, `1` and their opposites with a warning. */
  flag(key: Key): boolean | undefined {
    const entry = this.known.get(key);
    if (entry === undefined || isNull(entry.value)) return undefined;
    const { value } = entry;
    const plain = value.kind === 'scalar' ? scalarValue(value) : undefined;
    if (typeof plain === 'boolean') return plain;
    const meant = value.kind === 'scalar' ? BOOLEAN_WORDS.get(value.text.trim().toLowerCase()) : undefined;
    if (value.kind !== 'scalar' || meant === undefined) {
      this.wrongType(key, value, '`true` or `false`');
      return undefined;
    }
    this.findings.warning(this.source.path, this.place(value), {
      code: 'boolean-spelling',
      message: `\`${key}\` is ${quoted(value.text)}, which is not a boolean; it is read as \`${String(meant)}\``,
      fix: this.line(entry, String(meant)),
    });
    return meant;
  }

  /** The setting as a map; anything else but nothing is an error. */
  map(key: Key): MapNode | undefined {
    const value = this.known.get(key)?.value;
    if (value === undefined || isNull(value)) return undefined;
    if (value.kind === 'map') return value;
    this.wrongType(key, value, 'a map of names and values');
    return undefined;
  }

  wrongType(key: string, value: YamlNode, wanted: string): void {
    const shown =
      value.kind === 'scalar' && foldKey(key) !== 'password' ? quoted(value.text) : describe(value);
    this.findings.error(this.source.path, this.place(value), {
      code: 'wrong-type',
      message: `\`${key}\` must be ${wanted}, here it is ${shown}`,
    });
  }

  /** The line of a setting with another value, as it should be typed. */
  line(entry: MapEntry, value: string): string {
    const key = this.source.text.slice(entry.key.offset, entry.key.end);
    const quotes =
      entry.value.kind === 'scalar' &&
      /^["']/.test(this.source.text.slice(entry.value.offset)) &&
      !/^(?:true|false|\d+)$/.test(value);
    return `${key}: ${quotes ? JSON.stringify(value) : value}`;
  }

  /** The settings nobody knows, as they are; each with a warning, except those in `silent`. */
  unknown(silent: (entry: MapEntry) => boolean = () => false): Readonly<Record<string, PlainValue>> {
    for (const entry of this.others) if (!silent(entry)) this.reportUnknown(entry);
    return Object.fromEntries(this.others.map((entry) => [entry.key.text, plainValue(entry.value)]));
  }

  private canonical(entry: MapEntry): Key | undefined {
    const written = entry.key.text;
    const exact = this.spec.keys.find((key) => key === written);
    const aliases = this.spec.aliases ?? {};
    if (exact !== undefined) return exact;
    if (Object.hasOwn(aliases, written)) return aliases[written];
    const key = this.spec.keys.find((candidate) => foldKey(candidate) === foldKey(written));
    if (key !== undefined && this.spec.anyCase !== true) {
      this.findings.warning(this.source.path, this.place(entry.key), {
        code: 'key-spelling',
        message: `the setting is written \`${key}\`, here it is ${quoted(written)}; it is read as \`${key}\``,
        hint: `Write \`${key}\`.`,
      });
    }
    return key;
  }

  private reportDuplicate(entry: MapEntry, earlier: MapEntry): void {
    this.findings.warning(this.source.path, this.place(entry.key), {
      code: 'duplicate-key',
      message: `${quoted(entry.key.text)} stands here a second time (first on line ${String(this.place(earlier.key).line)}); this one counts`,
      hint: 'Remove one of the two.',
    });
  }

  private reportUnknown(entry: MapEntry): void {
    const name = entry.key.text;
    this.findings.warning(this.source.path, this.place(entry.key), {
      code: 'unknown-key',
      message: `${quoted(name)} is not a setting of ${this.spec.noun}; it is kept and has no effect`,
      hint: didYouMean(name, this.spec.keys),
    });
  }
}

const BOOLEAN_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'y', 'on', '1', 't'].map((word) => [word, true] as const),
  ...['false', 'no', 'n', 'off', '0', 'f'].map((word) => [word, false] as const),
]);

/** The file's top level as a map; a list or a lone text there is an error, an empty file is undefined. */
export function rootMap(
  source: SourceText,
  root: YamlNode | undefined,
  noun: string,
  findings: FindingList,
): MapNode | undefined {
  if (root === undefined || isNull(root)) return undefined;
  if (root.kind === 'map') return root;
  findings.error(source.path, source.positionAt(root.offset), {
    code: 'not-a-map',
    message: `the file of ${noun} must hold lines of the form \`name: value\`, here it is ${describe(root)}`,
  });
  return undefined;
}
