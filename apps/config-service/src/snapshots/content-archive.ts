import type { ArrivingBlob, BlobStore } from '@aml/blob-store';
import { AppError } from '@aml/errors';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { extract, type Extract } from 'tar-stream';
import { contentKey } from './snapshot-store';

/** Stores the entries of a tar, each named by the SHA-256 of its content; one that is not what its name says is refused. */
export async function storeContents(
  archive: Readable,
  blobs: BlobStore,
): Promise<{ stored: number; bytes: number }> {
  const unpack = extract();
  const reading = pipeline(archive, unpack);
  reading.catch(() => undefined);
  const counts = await blobs.putMany(contentsOf(unpack));
  await reading;
  return counts;
}

async function* contentsOf(unpack: Extract): AsyncGenerator<ArrivingBlob> {
  for await (const entry of unpack) {
    const sha256 = entry.header.name;
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw new AppError({
        code: 'request-invalid',
        message: `the tar entry ${JSON.stringify(sha256)} is not a SHA-256`,
        blame: 'user',
      });
    }
    yield { key: contentKey(sha256), sha256, content: entry as unknown as Readable };
  }
}
