import { createHash } from 'node:crypto';
import { closeSync, fdatasync, openSync, renameSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { StoredBlob } from './blob-store';

const flush = promisify(fdatasync);

/** Writes a content to a new file; it is on the disk when this resolves. */
export async function writeAndFlush(path: string, content: Readable): Promise<StoredBlob> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
      await file.writeFile(chunk);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest('hex') };
}

/** Puts the names of a folder on the disk: after that a file that was renamed into it is found after a loss of power. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A small content that is to become a file: written to `temporary`, flushed, renamed to `path`. */
export interface SmallFile {
  readonly temporary: string;
  readonly path: string;
  readonly content: Buffer;
}

/** Small files together: written at once, flushed side by side. Where one fails none is renamed. */
export async function writeSmallFiles(files: readonly SmallFile[]): Promise<void> {
  const handles: number[] = [];
  try {
    for (const { temporary, content } of files) {
      const handle = openSync(temporary, 'wx', 0o600);
      handles.push(handle);
      for (let at = 0; at < content.length;) at += writeSync(handle, content, at);
    }
    await Promise.all(handles.map((handle) => flush(handle)));
  } finally {
    for (const handle of handles) closeSync(handle);
  }
  for (const { temporary, path } of files) renameSync(temporary, path);
}
