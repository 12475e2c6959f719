import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import type { ContextFile } from './build-request';

const fixedTime = new Date(0);

/** A tar of these files, sorted, with fixed times and owners: equal files give equal bytes, so layers are found again. */
export async function* packFiles(files: readonly ContextFile[]): AsyncGenerator<Uint8Array> {
  const tar = pack();
  const written = writeEntries(tar, files).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  for await (const chunk of tar as AsyncIterable<Uint8Array>) yield chunk;
  await written;
}

async function writeEntries(tar: ReturnType<typeof pack>, files: readonly ContextFile[]): Promise<void> {
  const sorted = [...files].sort((left, right) => (left.path < right.path ? -1 : 1));
  for (const file of sorted) {
    const content = typeof file.content === 'function' ? await file.content() : file.content;
    const bytes = Buffer.from(content);
    const header = { name: file.path, mode: file.mode ?? 0o644, mtime: fixedTime, uid: 0, gid: 0 };
    await new Promise<void>((resolve, reject) => {
      tar.entry({ ...header, size: bytes.length }, bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
  tar.finalize();
}

/** The regular files of a small tar, by path; bigger than `limitBytes` together (default 64 MiB) is refused. */
export async function readSmallTar(
  tar: AsyncIterable<Uint8Array>,
  limitBytes = 64 * 1024 * 1024,
): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  let total = 0;
  const entries = Readable.from(tar).pipe(extract());
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Uint8Array>) {
      total += chunk.length;
      if (total > limitBytes) throw new Error(`the archive is bigger than ${limitBytes} bytes`);
      chunks.push(Buffer.from(chunk));
    }
    if (entry.header.type === 'file') files.set(entry.header.name, Buffer.concat(chunks));
  }
  return files;
}
