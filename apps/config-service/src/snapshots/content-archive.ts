import type { BlobStore } from '@aml/blob-store';
import { AppError } from '@aml/errors';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { extract, pack, type Pack } from 'tar-stream';
import { contentKey, type Snapshot } from './snapshot-store';

/** Stores the entries of a tar, each named by the SHA-256 of its content; one that is not what its name says is refused. */
export async function storeContents(
  archive: Readable,
  blobs: BlobStore,
): Promise<{ stored: number; bytes: number }> {
  const unpack = extract();
  const reading = pipeline(archive, unpack);
  reading.catch(() => undefined);
  let stored = 0;
  let bytes = 0;
  for await (const entry of unpack) {
    const sha256 = entry.header.name;
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw new AppError({
        code: 'request-invalid',
        message: `the tar entry ${JSON.stringify(sha256)} is not a SHA-256`,
        blame: 'user',
      });
    }
    const blob = await blobs.put(contentKey(sha256), entry as unknown as Readable, { sha256 });
    stored += 1;
    bytes += blob.size;
  }
  await reading;
  return { stored, bytes };
}

/** The whole snapshot as a tar: exact bytes, modes and links, times zero; names that are not UTF-8 as they are. */
export function packSnapshot(snapshot: Snapshot, blobs: BlobStore): Readable {
  const tar = pack();
  fill(tar, snapshot, blobs).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return tar as unknown as Readable;
}

async function fill(tar: Pack, snapshot: Snapshot, blobs: BlobStore): Promise<void> {
  for (const entry of snapshot.entries) {
    const base = { name: entry.path, mode: entry.mode, mtime: new Date(0), ...rawName(entry.raw) };
    if (entry.type === 'directory') await add(tar, { ...base, type: 'directory' });
    else if (entry.type === 'link')
      await add(tar, { ...base, type: 'symlink', linkname: entry.target ?? '' });
    else {
      const content = await blobs.open(contentKey(entry.sha256 ?? ''));
      await new Promise<void>((resolve, reject) => {
        const sink = tar.entry({ ...base, type: 'file', size: entry.size ?? 0 }, (error) =>
          error ? reject(error) : resolve(),
        );
        content.once('error', reject);
        content.pipe(sink);
      });
    }
  }
}

function add(tar: Pack, header: Parameters<Pack['entry']>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(header, (error) => (error ? reject(error) : resolve()));
  });
}

/** A name of arbitrary bytes travels base64 in a header of ours; whoever unpacks a snapshot knows it. */
function rawName(raw: string | undefined): { pax?: Record<string, string> } {
  return raw === undefined ? {} : { pax: { 'AML.rawpath': raw } };
}
