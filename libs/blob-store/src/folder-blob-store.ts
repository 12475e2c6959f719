import { AppError } from '@aml/errors';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, readFile, statSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ArrivingBlob, BlobStore, StoredBlob } from './blob-store';
import { flushFolder, writeAndFlush, writeSmallFiles, type SmallFile } from './folder-files';

const KEY = /^[A-Za-z0-9._~%+=@-]+(\/[A-Za-z0-9._~%+=@-]+)*$/;
/** Contents up to this size are written together with others. */
const SMALL_BYTES = 256 * 1024;
const TOGETHER = 128;
/** Half the time of the one in `fs/promises`, which wraps each file in a handle. */
const readWhole = promisify(readFile);
const TOGETHER_BYTES = 16 * 1024 * 1024;
const LOOKED_UP_AT_ONCE = 256;

/** Blobs as files below a folder: written below `arriving`, flushed, renamed to where they belong. */
export class FolderBlobStore implements BlobStore {
  private readonly madeFolders = new Set<string>();
  private readonly arriving: string;

  constructor(private readonly root: string) {
    this.arriving = join(root, 'arriving');
  }

  /** Removes what a process that was killed left half-written; only where no other process uses the folder. */
  async removeUnfinished(): Promise<void> {
    await rm(this.arriving, { recursive: true, force: true });
  }

  async put(key: string, content: Readable): Promise<StoredBlob> {
    const path = this.pathOf(key);
    return this.arrive(content, async () => path);
  }

  putAddressed(keyOf: (sha256: string) => string, content: Readable): Promise<StoredBlob> {
    return this.arrive(content, async ({ sha256 }) => {
      const key = keyOf(sha256);
      return (await this.size(key)) === undefined ? this.pathOf(key) : undefined;
    });
  }

  async putMany(blobs: AsyncIterable<ArrivingBlob>): Promise<{ stored: number; bytes: number }> {
    let stored = 0;
    let bytes = 0;
    let waiting: SmallFile[] = [];
    let waitingBytes = 0;
    const folders = new Set<string>();
    const write = async (): Promise<void> => {
      await this.writeTogether(waiting);
      waiting = [];
      waitingBytes = 0;
    };
    for await (const { key, sha256, content } of blobs) {
      const path = this.pathOf(key);
      folders.add(dirname(path));
      const small = await readSmall(content);
      if (Buffer.isBuffer(small)) {
        checkHash(sha256, createHash('sha256').update(small).digest('hex'));
        waiting.push({ temporary: this.temporary(), path, content: small });
        waitingBytes += small.length;
        bytes += small.length;
        if (waiting.length >= TOGETHER || waitingBytes >= TOGETHER_BYTES) await write();
      } else {
        const blob = await this.arrive(small, async (arrived) => {
          checkHash(sha256, arrived.sha256);
          return path;
        });
        bytes += blob.size;
      }
      stored += 1;
    }
    await write();
    await Promise.all([...folders].map(flushFolder));
    return { stored, bytes };
  }

  async open(key: string, range: { readonly start?: number; readonly end?: number } = {}): Promise<Readable> {
    const path = this.pathOf(key);
    if ((await this.size(key)) === undefined) throw missing(key);
    const start = range.start ?? 0;
    if (range.end !== undefined && range.end <= start) return Readable.from([]);
    return createReadStream(path, { start, ...(range.end === undefined ? {} : { end: range.end - 1 }) });
  }

  async read(key: string): Promise<Buffer> {
    const path = this.pathOf(key);
    try {
      return await readWhole(path);
    } catch (error) {
      throw (error as { code?: string }).code === 'ENOENT' ? missing(key) : error;
    }
  }

  async size(key: string): Promise<number | undefined> {
    const found = await stat(this.pathOf(key)).catch((error: unknown) => {
      if ((error as { code?: string }).code === 'ENOENT') return undefined;
      throw error;
    });
    return found?.size;
  }

  /** Synchronous in portions: 20,000 keys take a fifth of the time that the thread pool needs, and others wait a millisecond. */
  async present(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (let start = 0; start < keys.length; start += LOOKED_UP_AT_ONCE) {
      for (const key of keys.slice(start, start + LOOKED_UP_AT_ONCE))
        if (statSync(this.pathOf(key), { throwIfNoEntry: false }) !== undefined) found.add(key);
      await nextTurn();
    }
    return found;
  }

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  /** @param place where the content belongs, once it is known; undefined: it is not kept. */
  private async arrive(
    content: Readable,
    place: (arrived: StoredBlob) => Promise<string | undefined>,
  ): Promise<StoredBlob> {
    const temporary = this.temporary();
    try {
      await this.makeFolder(this.arriving);
      const arrived = await writeAndFlush(temporary, content);
      const path = await place(arrived);
      if (path === undefined) {
        await rm(temporary, { force: true });
        return arrived;
      }
      await this.makeFolder(dirname(path));
      await rename(temporary, path);
      await flushFolder(dirname(path));
      return arrived;
    } catch (error) {
      await rm(temporary, { force: true });
      throw diskFullOr(error, this.root);
    }
  }

  private async writeTogether(files: readonly SmallFile[]): Promise<void> {
    try {
      await this.makeFolder(this.arriving);
      for (const folder of new Set(files.map(({ path }) => dirname(path)))) await this.makeFolder(folder);
      await writeSmallFiles(files);
    } catch (error) {
      await Promise.all(files.map(({ temporary }) => rm(temporary, { force: true })));
      throw diskFullOr(error, this.root);
    }
  }

  private temporary(): string {
    return join(this.arriving, randomUUID());
  }

  private pathOf(key: string): string {
    if (!KEY.test(key) || key.split('/').some((name) => name === '.' || name === '..')) {
      throw new AppError({ code: 'blob-key-malformed', message: `${JSON.stringify(key)} is not a blob key` });
    }
    return join(this.root, key);
  }

  private async makeFolder(folder: string): Promise<void> {
    if (this.madeFolders.has(folder)) return;
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first !== undefined) await flushFolder(dirname(first));
    this.madeFolders.add(folder);
  }
}

/** The whole content where it is small, else a stream that has all of it. */
async function readSmall(content: Readable): Promise<Buffer | Readable> {
  const chunks: Buffer[] = [];
  let size = 0;
  const reading = (content as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (;;) {
    const next = await reading.next();
    if (next.done) return Buffer.concat(chunks);
    chunks.push(next.value);
    size += next.value.length;
    if (size > SMALL_BYTES) break;
  }
  return Readable.from(
    (async function* () {
      yield* chunks;
      for (let next = await reading.next(); !next.done; next = await reading.next()) yield next.value;
    })(),
  );
}

function checkHash(expected: string, actual: string): void {
  if (expected === actual) return;
  throw new AppError({
    code: 'blob-mismatch',
    message: `the content sent as ${expected} has the SHA-256 ${actual}`,
    hint: 'The file changed while it was read; submit again.',
    retryable: true,
    blame: 'user',
  });
}

function missing(key: string): AppError {
  return new AppError({ code: 'blob-missing', message: `there is no blob ${key}` });
}

function diskFullOr(error: unknown, folder: string): unknown {
  const { code } = error as { code?: string };
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new AppError({
    code: 'disk-full',
    message: `there is no room left in ${folder}`,
    hint: 'Free some space, or move AML_HOME to another disk; then repeat the command.',
    retryable: true,
    blame: 'target',
    cause: error,
  });
}
