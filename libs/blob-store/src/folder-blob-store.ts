import { AppError } from '@aml/errors';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { BlobStore, StoredBlob } from './blob-store';

const KEY = /^[A-Za-z0-9._~%+=@-]+(\/[A-Za-z0-9._~%+=@-]+)*$/;

/** Blobs as files below a folder: written to a temporary name, flushed, renamed. */
export class FolderBlobStore implements BlobStore {
  private readonly madeFolders = new Set<string>();

  constructor(private readonly root: string) {}

  async put(key: string, content: Readable, expected?: { readonly sha256: string }): Promise<StoredBlob> {
    const path = this.pathOf(key);
    await this.makeFolder(dirname(path));
    const temporary = `${path}.${randomUUID()}.part`;
    try {
      const stored = await writeAndFlush(temporary, content);
      if (expected && expected.sha256 !== stored.sha256) {
        throw new AppError({
          code: 'blob-mismatch',
          message: `the content sent as ${expected.sha256} has the SHA-256 ${stored.sha256}`,
          hint: 'The file changed while it was read; submit again.',
          retryable: true,
          blame: 'user',
        });
      }
      await rename(temporary, path);
      return stored;
    } catch (error) {
      await rm(temporary, { force: true });
      throw diskFullOr(error, this.root);
    }
  }

  async open(key: string, range: { readonly start?: number; readonly end?: number } = {}): Promise<Readable> {
    const path = this.pathOf(key);
    if ((await this.size(key)) === undefined) {
      throw new AppError({ code: 'blob-missing', message: `there is no blob ${key}` });
    }
    const start = range.start ?? 0;
    return createReadStream(path, {
      start,
      ...(range.end === undefined ? {} : { end: Math.max(start, range.end - 1) }),
    });
  }

  async size(key: string): Promise<number | undefined> {
    const found = await stat(this.pathOf(key)).catch((error: unknown) => {
      if ((error as { code?: string }).code === 'ENOENT') return undefined;
      throw error;
    });
    return found?.size;
  }

  async present(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (let start = 0; start < keys.length; start += 256) {
      const part = keys.slice(start, start + 256);
      const sizes = await Promise.all(part.map((key) => this.size(key)));
      part.forEach((key, index) => sizes[index] !== undefined && found.add(key));
    }
    return found;
  }

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  private pathOf(key: string): string {
    if (!KEY.test(key) || key.split('/').some((name) => name === '.' || name === '..')) {
      throw new AppError({ code: 'blob-key-malformed', message: `${JSON.stringify(key)} is not a blob key` });
    }
    return join(this.root, key);
  }

  private async makeFolder(folder: string): Promise<void> {
    if (this.madeFolders.has(folder)) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.madeFolders.add(folder);
  }
}

async function writeAndFlush(path: string, content: Readable): Promise<StoredBlob> {
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

function diskFullOr(error: unknown, folder: string): unknown {
  if ((error as { code?: string }).code !== 'ENOSPC' && (error as { code?: string }).code !== 'EDQUOT')
    return error;
  return new AppError({
    code: 'disk-full',
    message: `there is no room left in ${folder}`,
    hint: 'Free some space, or move AML_HOME to another disk; then repeat the command.',
    retryable: true,
    blame: 'target',
    cause: error,
  });
}
