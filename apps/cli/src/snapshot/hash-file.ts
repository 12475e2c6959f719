import { AppError } from '@aml/errors';
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, read, readSync, type BigIntStats } from 'node:fs';
import { promisify } from 'node:util';
import { locate, type FoundEntry } from './snapshot-entry';
import { unreadable } from './walk-project';
import { mayHoldSecret, secretLinesOf } from './scan-secrets';
import type { KnownContent } from './stat-cache';

const readAsync = promisify(read);

/** Files up to this size are read in one go, without the thread pool. */
export const SMALL_FILE_BYTES = 256 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const ATTEMPTS = 5;

export interface HashedFile {
  readonly known: KnownContent;
  /** Bytes that the hash is of; a file that grows meanwhile is taken as it was. */
  readonly size: number;
  readonly stamp: string;
}

/**
 * SHA-256 of a file. A file that changes while it is read is read again.
 * @throws AppError `file-unreadable` or `file-keeps-changing` (blame: user), naming the file.
 */
export async function hashFile(
  root: string,
  entry: FoundEntry,
  onRead: (bytes: number) => void,
): Promise<HashedFile> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const hashed = await hashOnce(root, entry, onRead);
    if (hashed !== undefined) return hashed;
  }
  throw new AppError({
    code: 'file-keeps-changing',
    message: `${entry.path} keeps changing while it is read`,
    hint: `Wait until it is finished, or leave it out with a line in .amlignore: ${entry.path}`,
    blame: 'user',
  });
}

async function hashOnce(
  root: string,
  entry: FoundEntry,
  onRead: (bytes: number) => void,
): Promise<HashedFile | undefined> {
  let descriptor: number;
  try {
    // A path that was a file a moment ago may be a pipe now: do not wait for its writer.
    descriptor = openSync(
      locate(root, entry),
      constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW,
    );
  } catch (error) {
    throw unreadable(entry.path, error);
  }
  try {
    const before = fstatSync(descriptor, { bigint: true });
    const size = Number(before.size);
    const content =
      size <= SMALL_FILE_BYTES
        ? await readSmall(descriptor, entry.path, size)
        : await readBig(descriptor, size, onRead);
    if (size <= SMALL_FILE_BYTES) onRead(size);
    const after = fstatSync(descriptor, { bigint: true });
    // A log that only grows is taken as it was; that these bytes stay is checked again when they are sent.
    const changed = stampOf(before) !== stampOf(after) && after.size <= before.size;
    if (content === undefined || changed) return undefined;
    return { known: content, size, stamp: stampOf(after) };
  } catch (error) {
    throw error instanceof AppError ? error : unreadable(entry.path, error);
  } finally {
    closeSync(descriptor);
  }
}

async function readSmall(descriptor: number, path: string, size: number): Promise<KnownContent | undefined> {
  const bytes = Buffer.allocUnsafe(size);
  let done = 0;
  while (done < size) {
    const count = readSync(descriptor, bytes, done, size - done, done);
    if (count === 0) return undefined;
    done += count;
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    sha256,
    secretLines: mayHoldSecret(path, bytes) ? await secretLinesOf(path, bytes.toString('utf8')) : [],
  };
}

async function readBig(
  descriptor: number,
  size: number,
  onRead: (bytes: number) => void,
): Promise<KnownContent | undefined> {
  const hash = createHash('sha256');
  // Two buffers: one is read into while the other is hashed.
  const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)] as const;
  let position = 0;
  let pending = fill(descriptor, buffers[0], 0, size);
  for (let turn = 0; position < size; turn += 1) {
    const count = await pending;
    if (count === 0) return undefined;
    const bytes = (turn % 2 === 0 ? buffers[0] : buffers[1]).subarray(0, count);
    position += count;
    onRead(count);
    if (position < size) pending = fill(descriptor, turn % 2 === 0 ? buffers[1] : buffers[0], position, size);
    hash.update(bytes);
  }
  return { sha256: hash.digest('hex'), secretLines: [] };
}

async function fill(descriptor: number, buffer: Buffer, position: number, size: number): Promise<number> {
  const { bytesRead } = await readAsync(
    descriptor,
    buffer,
    0,
    Math.min(buffer.length, size - position),
    position,
  );
  return bytesRead;
}

function stampOf(stats: BigIntStats): string {
  return `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}
