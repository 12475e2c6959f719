import { AppError } from '@aml/errors';
import { isMap, isPair, isScalar, parseDocument } from 'yaml';
import { FindingList } from './finding';
import { foldKey } from './known-keys';
import { decodeText, encodeText, SourceText } from './source-text';
import { type Change, editText } from './text-edit';
import { sameValue, type WritableValue, writable } from './value-text';
import { type MapNode, plainMap, plainValue, type PlainValue } from './yaml-node';
import { parseYaml } from './yaml-source';

/**
 * Changes settings of a name-value file, YAML or JSON, and leaves everything else as it is: comments, order, unknown keys, line ends, quotes.
 * A map is changed key by key, a list as a whole. `null` writes `null`; `undefined` removes the setting. A key is found whatever its capitals,
 * a new one is added at the end. No change gives back the very same text.
 *
 * Throws `AppError` `configuration-not-writable` when the text is not a name-value file: guessing would lose what is in it.
 */
export function writeValues(text: string, changes: Readonly<Record<string, unknown>>): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  const body = text.slice(mark.length);
  const root = parseMap(body);
  const wanted = Object.entries(changes).map(([key, value]): Change => [
    keyIn(root, key),
    value === undefined ? undefined : writable(value),
  ]);
  const effective = wanted.filter(([key, value]) => !saysAlready(root, key, value));
  if (effective.length === 0) return text;
  const expected = applied(root === undefined ? {} : plainMap(root), effective);
  for (const edit of [editText, editDocument]) {
    const edited = edit(body, root, effective);
    if (edited !== undefined && saysWhatIsExpected(edited, expected)) return `${mark}${edited}`;
  }
  throw notWritable('its shape cannot be changed without losing something');
}

/** `writeValues` on the bytes of a file, in the encoding they have. */
export function writeValuesInFile(
  content: Uint8Array,
  changes: Readonly<Record<string, unknown>>,
): Uint8Array {
  const decoded = decodeText(content);
  const edited = writeValues(decoded.text, changes);
  return edited === decoded.text ? content : encodeText(edited, decoded);
}

function parseMap(text: string): MapNode | undefined {
  const findings = new FindingList();
  const { root, sound } = parseYaml(new SourceText('', text), findings);
  if (!sound)
    throw notWritable(
      findings.all.find((finding) => finding.severity === 'error')?.message ?? 'it is not YAML',
    );
  if (findings.all.some((finding) => finding.code === 'yaml-second-document'))
    throw notWritable('it holds several documents');
  if (root === undefined || (root.kind === 'scalar' && root.text === '' && root.style === 'plain'))
    return undefined;
  if (root.kind !== 'map') throw notWritable('it does not hold names and values');
  return root;
}

function notWritable(reason: string): AppError {
  return new AppError({
    code: 'configuration-not-writable',
    message: `the file cannot be changed: ${reason}`,
    hint: 'Type `aml config check` to see what is wrong with it.',
    blame: 'user',
  });
}

function keyIn(root: MapNode | undefined, key: string): string {
  const keys = root?.entries.map((entry) => entry.key.text) ?? [];
  return keys.includes(key) ? key : (keys.find((candidate) => foldKey(candidate) === foldKey(key)) ?? key);
}

function saysAlready(root: MapNode | undefined, key: string, value: WritableValue | undefined): boolean {
  const entry = root?.entries.findLast((candidate) => candidate.key.text === key);
  return entry === undefined
    ? value === undefined
    : value !== undefined && sameValue(plainValue(entry.value), value);
}

function applied(
  before: Readonly<Record<string, PlainValue>>,
  changes: readonly Change[],
): ReadonlyMap<string, WritableValue> {
  const values = new Map<string, WritableValue>(Object.entries(before));
  for (const [key, value] of changes) {
    if (value === undefined) values.delete(key);
    else values.set(key, value);
  }
  return values;
}

/** The edited text is read again, so that no edit can say anything but what was asked for. */
function saysWhatIsExpected(text: string, expected: ReadonlyMap<string, WritableValue>): boolean {
  try {
    const root = parseMap(text);
    const actual = new Map(Object.entries(root === undefined ? {} : plainMap(root)));
    if (actual.size !== expected.size) return false;
    return [...expected].every(
      ([key, value]) => actual.has(key) && sameValue(actual.get(key) ?? null, value),
    );
  } catch {
    return false;
  }
}

/** The way for shapes that the edit of the text does not reach; the library writes the document, which may change its layout. */
function editDocument(
  text: string,
  _root: MapNode | undefined,
  changes: readonly Change[],
): string | undefined {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const document = parseDocument(text.replaceAll('\r\n', '\n'), { logLevel: 'silent', uniqueKeys: false });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  for (const [key, value] of changes) {
    const { items } = document.contents;
    const isKey = (item: unknown): boolean =>
      isPair(item) && isScalar(item.key) && (item.key.source ?? String(item.key.value)) === key;
    for (let at = items.findIndex(isKey); at >= 0; at = items.findIndex(isKey)) items.splice(at, 1);
    if (value !== undefined) document.set(key, value);
  }
  return String(document).replaceAll('\n', lineEnd);
}
