import { type Node as LibraryNode, isAlias, isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import { type FindingList } from './finding';
import { type SourceText } from './source-text';
import { offsetOfTooDeepNesting } from './yaml-depth';
import { type MapEntry, type MapNode, type ScalarNode, type YamlNode } from './yaml-node';
import { reportSyntax } from './yaml-problem';

export interface ParsedYaml {
  /** Undefined: the file is empty, or nothing of it could be understood. */
  readonly root: YamlNode | undefined;
  /** False: the text is not YAML; what it says is in the findings, and `root` is not to be relied upon. */
  readonly sound: boolean;
}

const MOST_NODES = 50_000;
const DEEPEST = 100;
const BROKEN: ParsedYaml = { root: undefined, sound: false };

/** Values in a file are text until a reader asks for more, so `1.10` and `True` keep their spelling. */
const PARSE_OPTIONS = {
  schema: 'failsafe',
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'error',
} as const;

/**
 * Parses YAML, or JSON, which is read as YAML. Never throws. Aliases are resolved within a budget of 50,000 values, so that an alias
 * bomb ends as a finding; `<<` merges. Only the first document of a file counts.
 */
export function parseYaml(source: SourceText, findings: FindingList): ParsedYaml {
  try {
    return parse(source, findings);
  } catch (error) {
    findings.error(
      source.path,
      { line: 1, column: 1 },
      tooComplex(error instanceof Error ? error.message : ''),
    );
    return BROKEN;
  }
}

function parse(source: SourceText, findings: FindingList): ParsedYaml {
  const tooDeep = offsetOfTooDeepNesting(source.text);
  if (tooDeep !== undefined) {
    findings.error(source.path, source.positionAt(tooDeep), tooComplex('values are nested too deeply'));
    return BROKEN;
  }
  const document = withoutStackTraces(() => parseDocument(source.text, PARSE_OPTIONS));
  const sound = reportSyntax(source, document.errors, document.warnings, findings);
  if (!document.contents) return { root: undefined, sound };
  const problem = { found: false };
  const converter = new Converter((offset, reason) => {
    problem.found = true;
    findings.error(source.path, source.positionAt(offset), reason);
  });
  const root = converter.convert(document.contents, 0);
  return { root, sound: sound && !problem.found };
}

/** The library makes an error object for each mistake; with their stack traces, a hostile file of 64 KiB takes three times as long. */
function withoutStackTraces<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function tooComplex(reason: string): { code: string; message: string; hint: string } {
  return {
    code: 'yaml-too-complex',
    message: `the file is too complex to be a configuration: ${reason || 'it cannot be parsed'}`,
    hint: 'Write the values out, without anchors, aliases and deep nesting.',
  };
}

type Report = (offset: number, detail: { code: string; message: string; hint?: string }) => void;

/** Turns the library's tree into ours. Anchors are resolved in the order of the text, each in constant time. */
class Converter {
  private readonly anchors = new Map<string, LibraryNode>();
  private readonly open = new Set<LibraryNode>();
  private nodes = 0;
  private refused = false;

  constructor(private readonly report: Report) {}

  convert(node: unknown, near: number): YamlNode {
    this.nodes += 1;
    if (this.nodes > MOST_NODES || this.open.size > DEEPEST) {
      if (!this.refused) this.report(near, tooComplex('aliases repeat or nest its values too often'));
      this.refused = true;
      return empty(near);
    }
    if (isAlias(node)) {
      const [offset, end] = node.range ?? [near, near];
      return { ...this.resolveAlias(node.source, offset), offset, end };
    }
    if (isScalar(node)) return this.scalar(node, near);
    if (isMap(node) || isSeq(node)) return this.collection(node, near);
    return empty(near);
  }

  private resolveAlias(name: string, offset: number): YamlNode {
    const target = this.anchors.get(name);
    if (target !== undefined && !this.open.has(target)) return this.convert(target, offset);
    this.report(offset, {
      code: 'yaml-alias',
      message: target
        ? 'the alias here contains itself'
        : 'the text here starts with `*`, which in YAML means an alias, and nothing has that name',
      hint: 'Put the value in quotes if the `*` belongs to it.',
    });
    return empty(offset);
  }

  private scalar(
    node: LibraryNode & { value: unknown; type?: string | undefined },
    near: number,
  ): ScalarNode {
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    const [offset, end] = node.range ?? [near, near];
    return { kind: 'scalar', text: asText(node.value), style: styleOf(node.type), offset, end };
  }

  private collection(
    node: LibraryNode & { items: unknown[]; flow?: boolean | undefined },
    near: number,
  ): YamlNode {
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    this.open.add(node);
    const offset = node.range?.[0] ?? near;
    const flow = node.flow === true;
    const result = isMap(node) ? this.map(node.items, offset, flow) : this.list(node.items, offset, flow);
    this.open.delete(node);
    // A block collection ends behind its last value: the library counts the comments that follow as part of it.
    return flow ? { ...result, end: node.range?.[1] ?? result.end } : result;
  }

  private list(items: readonly unknown[], offset: number, flow: boolean): YamlNode {
    const values = items.map((item) =>
      isPair(item) ? this.map([item], offset, true) : this.convert(item, offset),
    );
    return { kind: 'list', flow, items: values, offset, end: Math.max(offset, ...ends(values)) };
  }

  private map(items: readonly unknown[], offset: number, flow: boolean): MapNode {
    const entries: MapEntry[] = [];
    const merged: MapEntry[] = [];
    for (const item of items) {
      if (!isPair(item)) continue;
      const key = this.convert(item.key, entries.at(-1)?.value.end ?? offset);
      if (key.kind !== 'scalar') {
        this.report(key.offset, {
          code: 'yaml-key',
          message: 'a key must be text, here it is a list or a map',
        });
        continue;
      }
      const value = this.convert(item.value, key.end);
      if (key.text === '<<' && key.style === 'plain' && value.kind !== 'scalar')
        merged.push(...mergeable(value));
      else entries.push({ key, value });
    }
    const own = new Set(entries.map((entry) => entry.key.text));
    const end = Math.max(offset, ...ends(entries.flatMap((entry) => [entry.key, entry.value])));
    const inherited = merged.filter((entry) => !own.has(entry.key.text) && own.add(entry.key.text));
    return { kind: 'map', flow, entries: [...entries, ...inherited], offset, end };
  }
}

function mergeable(node: YamlNode): readonly MapEntry[] {
  if (node.kind === 'map') return node.entries;
  return node.kind === 'list' ? node.items.flatMap((item) => (item.kind === 'map' ? item.entries : [])) : [];
}

function ends(nodes: readonly YamlNode[]): readonly number[] {
  const last = nodes.at(-1);
  return last === undefined ? [] : [last.end];
}

function empty(offset: number): ScalarNode {
  return { kind: 'scalar', text: '', style: 'plain', offset, end: offset };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function styleOf(type: string | undefined): ScalarNode['style'] {
  if (type === 'QUOTE_SINGLE') return 'single';
  if (type === 'QUOTE_DOUBLE') return 'double';
  return type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED' ? 'block' : 'plain';
}
