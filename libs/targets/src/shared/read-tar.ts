import { AppError } from '@aml/errors';
import type { Readable } from 'node:stream';

/** An entry of a tar. Names are bytes: file systems promise no encoding. */
export interface TarEntry {
  readonly name: Buffer;
  readonly type: 'file' | 'directory' | 'link' | 'hard-link' | 'other';
  readonly mode: number;
  readonly size: number;
  /** Of a link. */
  readonly target: Buffer;
  /** The content of a file, where all of it was in memory already; valid until the next entry is asked for. */
  readonly whole: Buffer | undefined;
  /** The content of a file; what is not read is skipped. */
  readonly body: () => AsyncGenerator<Buffer>;
}

const BLOCK = 512;
const LONGEST_HEADER = 1024 * 1024;

/** Header of ours for a name that is not UTF-8: its bytes, base64. */
const RAW_PATH = 'AML.rawpath';

/** The entries of a tar (ustar, GNU long names, PAX), in order; one must be done with before the next is asked for. */
export async function* readTar(archive: Readable): AsyncGenerator<TarEntry> {
  const source = new ByteSource(archive);
  let pax: ReadonlyMap<string, Buffer> = new Map();
  let longName: Buffer | undefined;
  let longTarget: Buffer | undefined;
  for (;;) {
    const header = source.takeNow(BLOCK) ?? (await source.take(BLOCK));
    if (header === undefined || header.every((byte) => byte === 0)) break;
    checkSum(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const size = pax.has('size') ? Number(pax.get('size')) : number(header.subarray(124, 136));
    if (!Number.isSafeInteger(size) || size < 0) throw broken('an entry has no valid size');
    if ('xgLK'.includes(type)) {
      const data = await extension(source, size);
      if (type === 'x') pax = parsePax(data);
      else if (type === 'L') longName = data.subarray(0, end(data));
      else if (type === 'K') longTarget = data.subarray(0, end(data));
      continue;
    }
    const rawPath = pax.get(RAW_PATH);
    const remaining = { bytes: type === '0' || type === '\0' || type === '7' ? size : 0 };
    const padding = paddingOf(remaining.bytes);
    const whole = source.takeNow(remaining.bytes);
    yield {
      name: rawPath
        ? Buffer.from(rawPath.toString(), 'base64')
        : (pax.get('path') ?? longName ?? nameOf(header)),
      type: TYPES[type] ?? 'other',
      mode: number(header.subarray(100, 108)) & 0o7777,
      size: remaining.bytes,
      target: pax.get('linkpath') ?? longTarget ?? text(header.subarray(157, 257)),
      whole,
      body: whole ? () => once(whole) : () => readBody(source, remaining),
    };
    if (!whole) for await (const rest of readBody(source, remaining)) void rest;
    if (!source.takeNow(padding)) await source.take(padding);
    pax = new Map();
    longName = longTarget = undefined;
  }
  await source.drain();
}

const TYPES: Readonly<Record<string, TarEntry['type']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hard-link',
  '2': 'link',
  '5': 'directory',
};

async function* once(whole: Buffer): AsyncGenerator<Buffer> {
  if (whole.length > 0) yield whole;
}

async function* readBody(source: ByteSource, remaining: { bytes: number }): AsyncGenerator<Buffer> {
  while (remaining.bytes > 0) {
    const chunk = await source.some(remaining.bytes);
    if (!chunk) throw broken('it ends in the middle of a file');
    remaining.bytes -= chunk.length;
    yield chunk;
  }
}

async function extension(source: ByteSource, size: number): Promise<Buffer> {
  if (size > LONGEST_HEADER) throw broken('a header is too long');
  const data = await source.take(size);
  await source.take(paddingOf(size));
  return data ?? Buffer.alloc(0);
}

function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function parsePax(data: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let start = 0; start < data.length;) {
    const space = data.indexOf(0x20, start);
    const length = Number(data.subarray(start, space).toString());
    const equals = data.indexOf(0x3d, space);
    if (space < 0 || equals < 0 || !(length > 0)) break;
    records.set(data.subarray(space + 1, equals).toString(), data.subarray(equals + 1, start + length - 1));
    start += length;
  }
  return records;
}

function nameOf(header: Buffer): Buffer {
  const name = text(header.subarray(0, 100));
  const ustar = header.subarray(257, 263).toString('latin1') === 'ustar\0';
  const prefix = ustar ? text(header.subarray(345, 500)) : Buffer.alloc(0);
  return prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name;
}

/** Octal digits, or (from 8 GiB on) a number of base 256. */
function number(field: Buffer): number {
  if ((field[0] ?? 0) & 0x80) {
    let value = (field[0] ?? 0) & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return value;
  }
  return parseInt(text(field).toString('latin1').trim() || '0', 8);
}

function checkSum(header: Buffer): void {
  let sum = 0;
  for (let index = 0; index < BLOCK; index += 1) {
    sum += index >= 148 && index < 156 ? 0x20 : (header[index] ?? 0);
  }
  if (sum !== number(header.subarray(148, 156))) throw broken('a header has a wrong checksum');
}

function end(data: Buffer): number {
  const zero = data.indexOf(0);
  return zero < 0 ? data.length : zero;
}

function text(field: Buffer): Buffer {
  return field.subarray(0, end(field));
}

function broken(why: string): AppError {
  return new AppError({ code: 'archive-broken', message: `the archive cannot be unpacked: ${why}` });
}

/** Bytes of a stream in portions that the reader chooses. */
class ByteSource {
  private readonly chunks: AsyncIterator<unknown>;
  private pending: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** At least one and at most `limit` bytes; undefined at the end. */
  async some(limit: number): Promise<Buffer | undefined> {
    while (this.pending.length === 0) {
      const next = await this.chunks.next();
      if (next.done) return undefined;
      this.pending = Buffer.isBuffer(next.value) ? next.value : Buffer.from(next.value as Uint8Array);
    }
    const part = this.pending.subarray(0, limit);
    this.pending = this.pending.subarray(part.length);
    return part;
  }

  /** As `take`, where so many bytes are in memory; else undefined, and nothing is taken. */
  takeNow(size: number): Buffer | undefined {
    if (size > this.pending.length) return undefined;
    const part = this.pending.subarray(0, size);
    this.pending = this.pending.subarray(size);
    return part;
  }

  /** Exactly `size` bytes; undefined where the stream ends before the first. */
  async take(size: number): Promise<Buffer | undefined> {
    if (size === 0) return Buffer.alloc(0);
    const parts: Buffer[] = [];
    for (let missing = size; missing > 0;) {
      const part = await this.some(missing);
      if (!part) {
        if (parts.length === 0) return undefined;
        throw broken('it ends too early');
      }
      parts.push(part);
      missing -= part.length;
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  /** To the end, so that whoever writes the stream sees it taken. */
  async drain(): Promise<void> {
    while ((await this.some(Number.MAX_SAFE_INTEGER)) !== undefined);
  }
}
