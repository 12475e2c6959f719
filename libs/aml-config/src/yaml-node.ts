/** Our own view of a YAML or JSON file: values as written, with their places, aliases resolved. */
export type YamlNode = ScalarNode | ListNode | MapNode;

interface Placed {
  /** Offset of the first character of the value. */
  readonly offset: number;
  /** Offset behind the last character of the value. */
  readonly end: number;
}

export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  /** The text as written, quotes and escapes resolved: `0.10` stays `0.10`. */
  readonly text: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
}

export interface ListNode extends Placed {
  readonly kind: 'list';
  /** Written in brackets, on one line or in JSON. */
  readonly flow: boolean;
  readonly items: readonly YamlNode[];
}

export interface MapNode extends Placed {
  readonly kind: 'map';
  readonly flow: boolean;
  readonly entries: readonly MapEntry[];
}

export interface MapEntry {
  readonly key: ScalarNode;
  readonly value: YamlNode;
}

export type PlainValue =
  null | boolean | number | string | readonly PlainValue[] | { readonly [key: string]: PlainValue };

const INTEGER = /^[-+]?\d+$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const SPECIAL_FLOAT = /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/;

/** What a scalar says by the rules of YAML 1.2: only unquoted text can be null, boolean or a number. */
export function scalarValue(node: ScalarNode): null | boolean | number | string {
  if (node.style !== 'plain') return node.text;
  const { text } = node;
  if (text === '' || text === '~' || /^(?:null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (INTEGER.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  if (FLOAT.test(text)) return Number(text);
  if (SPECIAL_FLOAT.test(text))
    return Number(text.toLowerCase().replace('.inf', 'Infinity').replace('.nan', 'NaN'));
  return text;
}

export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && scalarValue(node) === null;
}

/** The value without its places. Names such as `__proto__` become ordinary own properties. */
export function plainValue(node: YamlNode): PlainValue {
  if (node.kind === 'scalar') return scalarValue(node);
  if (node.kind === 'list') return node.items.map(plainValue);
  return plainMap(node);
}

/** The names and values of a map; of a name that stands twice the last counts. */
export function plainMap(map: MapNode): { readonly [key: string]: PlainValue } {
  return Object.fromEntries(map.entries.map((entry) => [entry.key.text, plainValue(entry.value)]));
}

/** What a value is, in words for messages. */
export function describe(node: YamlNode): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  const value = scalarValue(node);
  if (value === null) return 'nothing';
  return { boolean: 'a boolean', number: 'a number', string: 'text' }[
    typeof value as 'boolean' | 'number' | 'string'
  ];
}
