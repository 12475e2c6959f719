import { AppError } from '@aml/errors';
import { chmod, link, lstat, mkdir, open, symlink, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { errorCode } from './host-error';
import { displayName } from './display-name';
import { readTar, type TarEntry } from './read-tar';

/** Files up to this size are written while the next ones are read. */
const SMALL = 256 * 1024;
const AT_ONCE = 16;

/**
 * Unpacks a tar below `folder`: exact bytes, modes and links. Refused (`archive-unsafe`) are absolute names, `..`, names
 * that lead through a link of the archive, hard links to the outside, devices and pipes. Owners and times are those of now.
 */
export async function unpackTar(folder: string, archive: Readable, signal: AbortSignal): Promise<void> {
  const root = Buffer.from(folder);
  await mkdir(folder, { recursive: true });
  const folders = new Map<string, number | undefined>([['', undefined]]);
  const writes = new Set<Promise<void>>();
  const links: { path: Buffer; target: Buffer }[] = [];
  const abort = (): void => void archive.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    for await (const entry of readTar(archive)) {
      signal.throwIfAborted();
      const parts = safeParts(entry);
      if (parts.length === 0) continue;
      const path = join(root, parts);
      await makeParents(root, parts, folders);
      if (entry.type === 'directory') {
        await mkdir(path).catch(ignoreExisting);
        folders.set(key(parts), entry.mode);
      } else if (entry.type === 'link') {
        links.push({ path, target: entry.target });
      } else if (entry.type === 'hard-link') {
        await Promise.all(writes);
        await link(join(root, safeParts({ ...entry, name: entry.target })), path);
      } else if (entry.size <= SMALL) {
        const content = await collect(entry);
        const write = writeSmall(path, content, entry.mode).finally(() => writes.delete(write));
        write.catch(() => undefined);
        writes.add(write);
        if (writes.size >= AT_ONCE) await Promise.race(writes);
      } else await writeLarge(path, entry);
    }
    await Promise.all(writes);
    // Last, so that no entry can be written through one of them.
    for (const { path, target } of links) await symlink(target, path);
    await setFolderModes(root, folders);
  } finally {
    signal.removeEventListener('abort', abort);
    await Promise.allSettled(writes);
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

async function makeParents(
  root: Buffer,
  parts: readonly Buffer[],
  folders: Map<string, number | undefined>,
): Promise<void> {
  for (let depth = 1; depth < parts.length; depth += 1) {
    const parent = parts.slice(0, depth);
    if (folders.has(key(parent))) continue;
    await mkdir(join(root, parent)).catch(ignoreExisting);
    const made = await lstat(join(root, parent));
    if (!made.isDirectory()) {
      throw new AppError({
        code: 'archive-unsafe',
        message: `"${displayName(join(Buffer.alloc(0), parts).subarray(1))}" cannot be unpacked: a part of its path is not a folder`,
        blame: 'user',
      });
    }
    folders.set(key(parent), undefined);
  }
}

function ignoreExisting(error: unknown): void {
  if (errorCode(error) !== 'EEXIST') throw error;
}

async function collect(entry: TarEntry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry.body()) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

async function writeSmall(path: Buffer, content: Buffer, mode: number): Promise<void> {
  await writeFile(path, content, { flag: 'wx', mode: mode & 0o777 });
  await chmod(path, mode);
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
