import { looksSecret, secretReason } from '@aml/aml-config';

const MASK = '********';
const TEXT_BYTES = 1_000_000;

/** A copy of JSON data in which values that look secret, by name or by shape, are masked. */
export function maskJson(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return looksSecret(key, value) ? MASK : value;
  if (Array.isArray(value)) return maskArguments(value as readonly unknown[]);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskJson(item, name)]));
}

/** `--password x` has its value in the item that follows. */
function maskArguments(items: readonly unknown[]): readonly unknown[] {
  return items.map((item, index) => {
    const before = items[index - 1];
    const key = typeof before === 'string' && before.startsWith('-') ? before : '';
    if (typeof item !== 'string') return maskJson(item);
    const equals = item.indexOf('=');
    if (equals > 0 && looksSecret(item.slice(0, equals), item.slice(equals + 1)))
      return `${item.slice(0, equals)}=${MASK}`;
    return maskJson(item, key);
  });
}

/** The content of a file: small text has its secret-looking lines masked, all else is as it was. */
export async function* maskFile(
  path: string,
  size: number,
  content: AsyncIterable<unknown>,
): AsyncGenerator<Uint8Array> {
  if (size > TEXT_BYTES) {
    for await (const chunk of content) yield chunk as Uint8Array;
    return;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk as Uint8Array);
  const bytes = Buffer.concat(chunks);
  yield bytes.includes(0) ? bytes : Buffer.from(maskText(path, bytes.toString('utf8')));
}

/** Text with the values masked that look secret; in JSON, those of arguments too, which stand in lines of their own. */
export function maskText(path: string, text: string): string {
  return (path.endsWith('.json') ? maskJsonText(text) : text)
    .split('\n')
    .map((line) => {
      const pair =
        /^(.{0,200}?([A-Za-z0-9_.-]{2,60})["']?\]?\s*[:=]\s*[bru]{0,2}["']?)([^"'\s#,]{3,})(.*)$/.exec(line);
      const [, head, key, value, tail] = pair ?? [];
      if (
        head !== undefined &&
        key !== undefined &&
        value !== undefined &&
        secretReason(key, value) !== undefined
      ) {
        return `${head}${MASK}${tail ?? ''}`;
      }
      return secretReason('', line) === undefined ? line : MASK;
    })
    .join('\n');
}

function maskJsonText(text: string): string {
  try {
    const data = JSON.parse(text) as unknown;
    const masked = JSON.stringify(maskJson(data), null, 2);
    return masked === JSON.stringify(data, null, 2) ? text : `${masked}\n`;
  } catch {
    return text;
  }
}
