import type { BlobStore } from '@aml/blob-store';
import type { SnapshotEntry } from '@aml/contracts';
import { Readable } from 'node:stream';
import { readAhead } from './read-ahead';
import { contentKey, type Snapshot } from './snapshot-store';
import { tarEnd, tarHeader, tarPadding } from './tar-header';

/** Contents up to this size are read whole, some ahead of their turn: at most 4 MiB are in memory. */
const SMALL_BYTES = 256 * 1024;
const READ_AHEAD = 16;
/** Bytes that are handed on together: each portion costs a trip through the layers of HTTP at both ends. */
const PORTION_BYTES = 256 * 1024;

/** The whole snapshot as a tar: exact bytes, modes and links, times zero; names that are not UTF-8 as they are. */
export function packSnapshot(snapshot: Snapshot, blobs: BlobStore): Readable {
  return Readable.from(portions(snapshot, blobs), { objectMode: false, highWaterMark: PORTION_BYTES });
}

async function* portions({ entries }: Snapshot, blobs: BlobStore): AsyncGenerator<Buffer> {
  const contents = readAhead(entries.filter(isSmallFile), READ_AHEAD, (entry) =>
    blobs.read(contentKey(entry.sha256 ?? '')),
  );
  let parts: Buffer[] = [];
  let bytes = 0;
  const add = (part: Buffer): void => {
    parts.push(part);
    bytes += part.length;
  };
  const take = (): Buffer => {
    const portion = Buffer.concat(parts, bytes);
    parts = [];
    bytes = 0;
    return portion;
  };
  for (const entry of entries) {
    add(tarHeader(entry));
    if (isSmallFile(entry)) add(whole(entry, (await contents.next()).value as Buffer));
    else if (entry.type === 'file') {
      yield take();
      yield* await blobs.open(contentKey(entry.sha256 ?? ''));
    }
    if (entry.type === 'file') add(tarPadding(entry.size ?? 0));
    if (bytes >= PORTION_BYTES) yield take();
  }
  add(tarEnd());
  yield take();
}

function isSmallFile(entry: SnapshotEntry): boolean {
  return entry.type === 'file' && (entry.size ?? 0) <= SMALL_BYTES;
}

/** A tar with a content of another size than its header says would be read as another tar. */
function whole(entry: SnapshotEntry, content: Buffer): Buffer {
  if (content.length === entry.size) return content;
  throw new Error(`the content of ${entry.path} is ${content.length} bytes in place of ${entry.size ?? 0}`);
}
