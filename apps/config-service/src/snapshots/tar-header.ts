import type { SnapshotEntry } from '@aml/contracts';

const BLOCK = 512;
const LARGEST_OCTAL = 0o77777777777;
const TYPE = { file: '0', link: '2', directory: '5' } as const;

/** What fills the last block of a content. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** Two empty blocks end a tar. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK);
}

/**
 * The header of an entry: ustar, with a PAX header before it (POSIX pax, "pax Header Block") for what does not fit.
 * A name of arbitrary bytes travels base64 in a record of ours, `AML.rawpath`; whoever unpacks a snapshot knows it.
 * Owner and time are zero.
 */
export function tarHeader(entry: SnapshotEntry): Buffer {
  const name = entry.type === 'directory' ? `${entry.path}/` : entry.path;
  const target = entry.target ?? '';
  const size = entry.type === 'file' ? (entry.size ?? 0) : 0;
  const records: string[] = [];
  if (!fits(name)) records.push(paxRecord('path', name));
  if (!fits(target)) records.push(paxRecord('linkpath', target));
  if (size > LARGEST_OCTAL) records.push(paxRecord('size', String(size)));
  if (entry.raw !== undefined) records.push(paxRecord('AML.rawpath', entry.raw));
  const header = block(name, entry.mode, Math.min(size, LARGEST_OCTAL), TYPE[entry.type], target);
  if (records.length === 0) return header;
  const pax = Buffer.from(records.join(''));
  return Buffer.concat([block('PaxHeader', 0o644, pax.length, 'x', ''), pax, tarPadding(pax.length), header]);
}

function fits(text: string): boolean {
  return text.length <= 100 && Buffer.byteLength(text) === text.length;
}

/** `LENGTH NAME=VALUE`, where the length counts itself. */
function paxRecord(name: string, value: string): string {
  const bytes = Buffer.byteLength(` ${name}=${value}\n`);
  let length = bytes + 1;
  while (String(length).length + bytes !== length) length = String(length).length + bytes;
  return `${length} ${name}=${value}\n`;
}

/** A name that does not fit is cut: the PAX header has all of it. */
function block(name: string, mode: number, size: number, type: string, target: string): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write(octal(mode & 0o7777, 7), 100, 'latin1');
  header.write(octal(0, 7), 108, 'latin1');
  header.write(octal(0, 7), 116, 'latin1');
  header.write(octal(size, 11), 124, 'latin1');
  header.write(octal(0, 11), 136, 'latin1');
  header.write(`        ${type}`, 148, 'latin1');
  header.write(target, 157, 100);
  header.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${octal(sum, 6)}\0`, 148, 'latin1');
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
