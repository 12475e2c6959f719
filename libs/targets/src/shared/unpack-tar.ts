import { AppError } from '@aml/errors';
import { closeSync, fchmodSync, lstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { chmod, link, mkdir, open, symlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { errorCode } from './host-error';
import { displayName } from './display-name';
import { readTar, type TarEntry } from './read-tar';

/**
 * Files up to this size are written in one go on this thread: what makes one is in memory, for the disk comes later.
 * Each trip to another thread and back costs more than the call itself, and four of them make a file.
 */
const SMALL = 256 * 1024;
/** Milliseconds after which other work of this thread has its turn. */
const TURN_MS = 8;

/**
 * Unpacks a tar below `folder`: exact bytes, modes and links. Refused (`archive-unsafe`) are absolute names, `..`, names
 * that lead through a link of the archive, hard links to the outside, devices and pipes. Owners and times are those of now.
 */
export async function unpackTar(folder: string, archive: Readable, signal: AbortSignal): Promise<void> {
  const root = Buffer.from(folder);
  await mkdir(folder, { recursive: true });
  const folders = new Map<string, number | undefined>([['', undefined]]);
  const links: { path: Buffer; target: Buffer }[] = [];
  const abort = (): void => void archive.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  let turn = performance.now();
  try {
    signal.throwIfAborted();
    for await (const entry of readTar(archive)) {
      signal.throwIfAborted();
      const parts = safeParts(entry);
      if (parts.length === 0) continue;
      const path = join(root, parts);
      makeParents(root, parts, folders);
      if (entry.type === 'directory') {
        makeFolder(path);
        folders.set(key(parts), entry.mode);
      } else if (entry.type === 'link') {
        links.push({ path, target: entry.target });
      } else if (entry.type === 'hard-link') {
        await link(join(root, safeParts({ ...entry, name: entry.target })), path);
      } else if (entry.size <= SMALL) {
        writeSmall(path, entry.whole ?? (await collect(entry)), entry.mode);
      } else await writeLarge(path, entry);
      if (performance.now() - turn > TURN_MS) {
        await setImmediate();
        turn = performance.now();
      }
    }
    // Last, so that no entry can be written through one of them.
    for (const { path, target } of links) await symlink(target, path);
    await setFolderModes(root, folders);
  } finally {
    signal.removeEventListener('abort', abort);
    archive.destroy();
  }
}

function safeParts(entry: TarEntry): Buffer[] {
  const name = entry.name;
  const refuse = (why: string): AppError =>
    new AppError({
      code: 'archive-unsafe',
      message: `"${displayName(name)}" cannot be unpacked: ${why}`,
      blame: 'user',
    });
  if (entry.type === 'other') throw refuse('it is neither a file nor a folder nor a link');
  if (name[0] === 0x2f) throw refuse('its name is absolute');
  if (name.includes(0)) throw refuse('its name holds a zero byte');
  const parts = split(name).filter((part) => part.length > 0 && !part.equals(Buffer.from('.')));
  if (parts.some((part) => part.equals(Buffer.from('..')))) throw refuse('its name leads out of the folder');
  if (parts.length === 0 && entry.type !== 'directory') throw refuse('it has no name');
  return parts;
}

function split(name: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start <= name.length;) {
    const slash = name.indexOf(0x2f, start);
    const stop = slash < 0 ? name.length : slash;
    parts.push(name.subarray(start, stop));
    start = stop + 1;
  }
  return parts;
}

function join(root: Buffer, parts: readonly Buffer[]): Buffer {
  return Buffer.concat([root, ...parts.flatMap((part) => [Buffer.from('/'), part])]);
}

/** A text that is different for different bytes. */
function key(parts: readonly Buffer[]): string {
  return parts.map((part) => part.toString('latin1')).join('/');
}

function makeParents(root: Buffer, parts: readonly Buffer[], folders: Map<string, number | undefined>): void {
  if (folders.has(key(parts.slice(0, -1)))) return;
  for (let depth = 1; depth < parts.length; depth += 1) {
    const parent = parts.slice(0, depth);
    if (folders.has(key(parent))) continue;
    makeFolder(join(root, parent));
    if (!lstatSync(join(root, parent)).isDirectory()) {
      throw new AppError({
        code: 'archive-unsafe',
        message: `"${displayName(join(Buffer.alloc(0), parts).subarray(1))}" cannot be unpacked: a part of its path is not a folder`,
        blame: 'user',
      });
    }
    folders.set(key(parent), undefined);
  }
}

function makeFolder(path: Buffer): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

async function collect(entry: TarEntry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry.body()) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function writeSmall(path: Buffer, content: Buffer, mode: number): void {
  const file = openSync(path, 'wx', mode & 0o777);
  try {
    for (let at = 0; at < content.length;) at += writeSync(file, content, at);
    fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}

async function writeLarge(path: Buffer, entry: TarEntry): Promise<void> {
  const file = await open(path, 'wx', entry.mode & 0o777);
  try {
    for await (const chunk of entry.body()) await file.appendFile(chunk);
    await file.chmod(entry.mode);
  } finally {
    await file.close();
  }
}

/** Deepest first: a folder without write permission must be filled before. */
async function setFolderModes(root: Buffer, folders: Map<string, number | undefined>): Promise<void> {
  for (const [path, mode] of [...folders].reverse()) {
    if (mode !== undefined) {
      await chmod(Buffer.concat([root, Buffer.from('/'), Buffer.from(path, 'latin1')]), mode);
    }
  }
}
