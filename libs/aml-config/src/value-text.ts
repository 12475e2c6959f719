import { AppError } from '@aml/errors';
import { type ScalarNode } from './yaml-node';

export type WritableValue =
  | null
  | boolean
  | number
  | string
  | readonly WritableValue[]
  | { readonly [key: string]: WritableValue | undefined };

const DEEPEST = 50;

/** A value as it can stand in a file: maps, lists, texts, numbers, booleans and null. Anything else is an error. */
export function writable(value: unknown, depth = 0): WritableValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  if (typeof value === 'bigint') return String(value);
  if (depth < DEEPEST && Array.isArray(value)) return value.map((item: unknown) => writable(item, depth + 1));
  if (depth < DEEPEST && typeof value === 'object') {
    const present = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(
      present.map(([key, item]): [string, WritableValue] => [key, writable(item, depth + 1)]),
    );
  }
  throw new AppError({
    code: 'configuration-value-unsuitable',
    message: `a value of type ${typeof value}, or one nested more than ${String(DEEPEST)} levels, cannot stand in a configuration file`,
    blame: 'us',
  });
}

/** A scalar as YAML text, in the style of the value it replaces where that can hold it. */
export function scalarText(value: null | boolean | number | string, like?: ScalarNode): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean')
    return like?.style === 'plain' && /^[TF]/.test(like.text) ? (value ? 'True' : 'False') : String(value);
  if (typeof value === 'number') return numberText(value);
  if (like?.style === 'single' && /^[\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe]*$/.test(value))
    return `'${value.replaceAll("'", "''")}'`;
  if (like?.style === 'double' || !isPlainText(value)) return doubleQuoted(value);
  return value;
}

/** A value in JSON, which is also YAML between brackets. */
export function jsonText(value: WritableValue): string {
  if (typeof value === 'string') return doubleQuoted(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return numberText(value);
  if (isList(value)) return `[${value.map(jsonText).join(', ')}]`;
  return `{${definedEntries(value)
    .map(([key, item]) => `${doubleQuoted(key)}: ${jsonText(item)}`)
    .join(', ')}}`;
}

/**
 * A value as it follows `key:`: on the same line, or as lines below. `indent` is the key's own, `listIndent` how much further list items stand:
 * none in what the old service wrote.
 */
export function valueLines(
  value: WritableValue,
  indent: string,
  listIndent = '',
): { readonly inline: string } | { readonly lines: readonly string[] } {
  if (value === null || typeof value !== 'object') return { inline: scalarText(value) };
  if (isList(value)) {
    if (value.length === 0) return { inline: '[]' };
    return {
      lines: value.map(
        (item) => `${indent}${listIndent}- ${typeof item === 'object' ? jsonText(item) : scalarText(item)}`,
      ),
    };
  }
  const entries = definedEntries(value);
  if (entries.length === 0) return { inline: '{}' };
  return { lines: entries.flatMap(([key, item]) => pairLines(key, item, `${indent}  `, '  ')) };
}

/** A name and its value as lines. */
export function pairLines(
  key: string,
  value: WritableValue,
  indent: string,
  listIndent = '',
): readonly string[] {
  const name = `${indent}${scalarText(key)}:`;
  const rest = valueLines(value, indent, listIndent);
  return 'inline' in rest ? [`${name} ${rest.inline}`] : [name, ...rest.lines];
}

export function isList(value: WritableValue): value is readonly WritableValue[] {
  return Array.isArray(value);
}

export function definedEntries(value: {
  readonly [key: string]: WritableValue | undefined;
}): readonly [string, WritableValue][] {
  return Object.entries(value).flatMap(([key, item]): [string, WritableValue][] =>
    item === undefined ? [] : [[key, item]],
  );
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  // More digits than a number can hold are read as text, so that none gets lost; an exponent says that it is a number.
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return value.toExponential();
  return Object.is(value, -0) ? '-0' : String(value);
}

/** What YAML 1.1 or 1.2 takes for null, a boolean, a number or a date. */
const SPECIAL =
  /^(?:~|null|true|false|yes|no|on|off|y|n|\.+|[-+]?\.?(?:inf|nan)|[-+]?[\d_]*\.?[\d_]*(?:e[-+]?\d+)?|0[xob][\da-f_]+|\d{4}-\d{1,2}-\d{1,2}.*|\.\.\..*)$/i;

/** Text that every YAML reader, of 1.1 and 1.2, takes as that text without quotes. */
function isPlainText(text: string): boolean {
  const words = /^[\w$/.~][\w$/.~@+=<>()\\;#-]*(?: [\w$/.~@+=<>()\\;-]+)*$/;
  return text.length < 1000 && words.test(text) && !SPECIAL.test(text);
}

function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether two values say the same; the order of a map's keys says nothing. */
export function sameValue(a: WritableValue, b: WritableValue): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b);
  if (isList(a) || isList(b)) {
    return (
      isList(a) &&
      isList(b) &&
      a.length === b.length &&
      a.every((item, index) => sameValue(item, b[index] ?? null))
    );
  }
  const [left, right] = [new Map(definedEntries(a)), new Map(definedEntries(b))];
  return (
    left.size === right.size &&
    [...left].every(([key, item]) => right.has(key) && sameValue(item, right.get(key) ?? null))
  );
}
