import { compact } from './compact';
import { type FindingList, type Position, quoted } from './finding';
import { NameValues, rootMap } from './name-values';
import { checkPipLine } from './pip-line';
import { secretReason } from './secrets-look';
import { type SourceText } from './source-text';
import { describe, isNull, type ListNode, type MapNode, type PlainValue, type YamlNode } from './yaml-node';
import { parseYaml } from './yaml-source';

/** One line of a conda file with its place. */
export interface CondaEntry extends Position {
  readonly kind: 'channel' | 'conda' | 'pip';
  readonly text: string;
}

/** A conda environment file. */
export interface CondaDependencies {
  readonly name?: string;
  /** In the order of the file; empty: the conda default. */
  readonly channels: readonly string[];
  /** Conda packages as written: `python=3.5.2`. */
  readonly conda: readonly string[];
  /** Lines for pip as written: requirements, addresses and paths of wheels, `-r`, `-e`, `--extra-index-url`. */
  readonly pip: readonly string[];
  /** Every channel, package and pip line with its place, in the order of the file. */
  readonly entries: readonly CondaEntry[];
  /** Settings that this service does not know, kept as they are. */
  readonly unknown: Readonly<Record<string, PlainValue>>;
}

type CondaKey = 'name' | 'channels' | 'dependencies' | 'prefix' | 'pip';

const NOUN = 'a conda environment file';
const KEYS: readonly CondaKey[] = ['name', 'channels', 'dependencies', 'prefix', 'pip'];

/** Reads a conda environment file. Undefined: it is no YAML. An empty file is an environment without packages. */
export function readCondaDependencies(
  source: SourceText,
  findings: FindingList,
): CondaDependencies | undefined {
  const { root, sound } = parseYaml(source, findings);
  if (!sound) return undefined;
  const map = rootMap(source, root, NOUN, findings);
  if (map === undefined && findings.hasErrors) return undefined;
  const values = new NameValues(source, map, { noun: NOUN, keys: KEYS }, findings);
  const entries: CondaEntry[] = [];
  const reader = new EntryReader(source, findings, entries);
  reader.readChannels(values.entry('channels')?.value);
  reader.readDependencies(values.entry('dependencies')?.value);
  reader.readTopLevelPip(values.entry('pip')?.value);
  reader.checkPipIsListed();
  const texts = (kind: CondaEntry['kind']): readonly string[] =>
    entries.filter((entry) => entry.kind === kind).map((entry) => entry.text);
  return compact({
    name: values.text('name'),
    channels: texts('channel'),
    conda: texts('conda'),
    pip: texts('pip'),
    entries,
    unknown: values.unknown(),
  });
}

class EntryReader {
  private pipSection: YamlNode | undefined;

  constructor(
    private readonly source: SourceText,
    private readonly findings: FindingList,
    private readonly entries: CondaEntry[],
  ) {}

  readChannels(value: YamlNode | undefined): void {
    for (const item of this.items(value, 'channels')) {
      if (item.kind !== 'scalar') this.wrong(item, 'a channel must be a name or an address');
      else this.add('channel', item);
    }
  }

  readDependencies(value: YamlNode | undefined): void {
    for (const item of this.items(value, 'dependencies')) {
      if (item.kind === 'scalar') this.add('conda', item);
      else if (item.kind === 'map') this.readSection(item);
      else this.wrong(item, 'a package must be text');
    }
  }

  /** `pip:` at the left edge of the file, beside `dependencies` in place of inside it. */
  readTopLevelPip(value: YamlNode | undefined): void {
    if (value === undefined) return;
    this.pipSection = value;
    const lines = this.items(value, 'pip').map((item) =>
      item.kind === 'scalar' ? `    - ${item.text}` : '    - …',
    );
    this.findings.warning(this.source.path, this.source.positionAt(value.offset), {
      code: 'pip-section-outside',
      message:
        'the `pip` section stands beside `dependencies`; it belongs inside it, and is read as if it did',
      fix: ['dependencies:', '  - pip:', ...lines.slice(0, 50)].join('\n'),
    });
    this.readPip(value);
  }

  checkPipIsListed(): void {
    if (this.pipSection === undefined || !this.entries.some((entry) => entry.kind === 'pip')) return;
    const isPip = (entry: CondaEntry): boolean =>
      entry.kind === 'conda' && /^(?:\S+::)?pip\s*(?:[=<>!~\s].*)?$/i.test(entry.text);
    if (this.entries.some(isPip)) return;
    // With no conda package at all there is no conda environment that could lack it.
    if (!this.entries.some((entry) => entry.kind === 'conda')) return;
    this.findings.warning(this.source.path, this.source.positionAt(this.pipSection.offset), {
      code: 'pip-not-listed',
      message: 'there is a `pip` section and `pip` itself is not among the packages; it is added',
      fix: '  - pip',
      hint: 'Put the line above `- pip:`.',
    });
  }

  /** A name with a list among the packages; only `pip` has a meaning. */
  private readSection(map: MapNode): void {
    for (const { key, value } of map.entries) {
      if (key.text.toLowerCase() === 'pip') {
        this.pipSection = key;
        this.readPip(value);
        continue;
      }
      const wasPair = value.kind === 'scalar' && !isNull(value);
      this.findings.warning(this.source.path, this.source.positionAt(key.offset), {
        code: 'conda-section-unknown',
        message: `${quoted(key.text)} is not a section of a conda file; what is in it is not installed`,
        fix: wasPair ? `  - ${key.text}=${value.text}` : undefined,
        hint: wasPair ? 'A version is joined to the package by `=`.' : undefined,
      });
    }
  }

  private readPip(value: YamlNode): void {
    if (isNull(value)) {
      this.findings.warning(this.source.path, this.source.positionAt(value.offset), {
        code: 'pip-section-empty',
        message: 'the `pip` section is empty; lines that belong to it must be indented further than `- pip:`',
        fix: '  - pip:\n    - PACKAGE',
      });
    }
    for (const item of this.items(value, 'pip')) {
      if (item.kind !== 'scalar') this.wrong(item, 'a pip line must be text');
      else if (this.add('pip', item)) checkPipLine(item.text, this.source, item.offset, this.findings);
    }
  }

  private add(kind: CondaEntry['kind'], item: YamlNode & { readonly kind: 'scalar' }): boolean {
    const at = this.source.positionAt(item.offset);
    const text = item.text.trim();
    if (text === '') {
      this.findings.warning(this.source.path, at, {
        code: 'item-empty',
        message: 'an item of the list is empty; it is left out',
      });
      return false;
    }
    this.entries.push({ kind, text, ...at });
    const reason = text.includes('://') ? secretReason('', text.replace(/[?&;]sig=.*$/, '')) : undefined;
    if (reason !== undefined) {
      this.findings.warning(this.source.path, at, {
        code: 'secret-in-configuration',
        message: `the line looks like it holds a secret, because ${reason}; it is kept in every snapshot of the project`,
        hint: 'Give the index or channel and its credentials as a setting of the service.',
      });
    }
    return true;
  }

  private items(value: YamlNode | undefined, key: string): ListNode['items'] {
    if (value === undefined || isNull(value)) return [];
    if (value.kind === 'list') return value.items;
    if (value.kind === 'scalar') {
      this.findings.warning(this.source.path, this.source.positionAt(value.offset), {
        code: 'list-expected',
        message: `\`${key}\` must be a list; the one value is read as a list of one`,
        fix: `${key}:\n  - ${value.text}`,
      });
      return [value];
    }
    const pairs = value.entries
      .slice(0, 50)
      .map(
        (entry) =>
          `  - ${entry.key.text}${entry.value.kind === 'scalar' && !isNull(entry.value) ? `=${entry.value.text}` : ''}`,
      );
    this.findings.error(this.source.path, this.source.positionAt(value.offset), {
      code: 'wrong-type',
      message: `\`${key}\` must be a list, here it is ${describe(value)}`,
      fix: [`${key}:`, ...pairs].join('\n'),
    });
    return [];
  }

  private wrong(item: YamlNode, message: string): void {
    this.findings.error(this.source.path, this.source.positionAt(item.offset), {
      code: 'wrong-type',
      message: `${message}, here it is ${describe(item)}`,
    });
  }
}
