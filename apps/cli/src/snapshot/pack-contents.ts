import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, read, readSync } from 'node:fs';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { pack, type Pack } from 'tar-stream';
import { SMALL_FILE_BYTES } from './hash-file';
import { locate } from './snapshot-entry';
import type { SnapshotFile } from './take-snapshot';
import { unreadable } from './walk-project';

const readAsync = promisify(read);
const CHUNK_BYTES = 1024 * 1024;

/** A file that is not what it was when it was hashed. */
export class ContentChanged extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} changed while it was sent`);
    this.path = path;
  }
}

/**
 * A tar whose entries are contents named by their SHA-256, made while it is read; nothing but a chunk is in memory.
 * The stream fails with `ContentChanged` where a file is no longer what was hashed.
 */
export function packContents(
  root: string,
  files: readonly SnapshotFile[],
  onRead: (bytes: number) => void,
): Pack {
  const tar = pack();
  void writeAll(tar, root, files, onRead).catch((error: unknown) => tar.destroy(error as Error));
  return tar;
}

async function writeAll(
  tar: Pack,
  root: string,
  files: readonly SnapshotFile[],
  onRead: (bytes: number) => void,
): Promise<void> {
  for (const file of files) {
    if (file.size <= SMALL_FILE_BYTES) await writeSmall(tar, root, file);
    else await writeBig(tar, root, file, onRead);
    if (file.size <= SMALL_FILE_BYTES) onRead(file.size);
  }
  tar.finalize();
}

async function writeSmall(tar: Pack, root: string, file: SnapshotFile): Promise<void> {
  const bytes = Buffer.allocUnsafe(file.size);
  const descriptor = open(root, file);
  try {
    let done = 0;
    while (done < file.size) {
      const count = readSync(descriptor, bytes, done, file.size - done, done);
      if (count === 0) throw new ContentChanged(file.found.path);
      done += count;
    }
  } finally {
    closeSync(descriptor);
  }
  if (createHash('sha256').update(bytes).digest('hex') !== file.sha256)
    throw new ContentChanged(file.found.path);
  await new Promise<void>((resolve, reject) => {
    tar.entry({ name: file.sha256, size: file.size }, bytes, (error) => (error ? reject(error) : resolve()));
  });
}

async function writeBig(
  tar: Pack,
  root: string,
  file: SnapshotFile,
  onRead: (bytes: number) => void,
): Promise<void> {
  const descriptor = open(root, file);
  const hash = createHash('sha256');
  try {
    const { promise, settle } = settleable();
    const entry = tar.entry({ name: file.sha256, size: file.size }, settle);
    // The tar fails with the same error.
    entry.on('error', () => undefined);
    for (let position = 0; position < file.size;) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, file.size - position));
      const { bytesRead } = await readAsync(descriptor, buffer, 0, buffer.length, position);
      if (bytesRead === 0) throw new ContentChanged(file.found.path);
      const bytes = buffer.subarray(0, bytesRead);
      hash.update(bytes);
      position += bytesRead;
      if (position < file.size) {
        if (!entry.write(bytes)) await once(entry, 'drain');
      } else {
        if (hash.digest('hex') !== file.sha256) throw new ContentChanged(file.found.path);
        entry.end(bytes);
      }
      onRead(bytesRead);
    }
    await promise;
  } finally {
    closeSync(descriptor);
  }
}

function open(root: string, file: SnapshotFile): number {
  try {
    return openSync(
      locate(root, file.found),
      constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new ContentChanged(file.found.path);
    throw unreadable(file.found.path, error);
  }
}

function settleable(): { promise: Promise<void>; settle: (error?: Error | null) => void } {
  let settle: (error?: Error | null) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve());
  });
  // Where reading fails first, nobody waits for the entry any more.
  promise.catch(() => undefined);
  return { promise, settle };
}
