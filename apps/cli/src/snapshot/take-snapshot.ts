import { hashFile, SMALL_FILE_BYTES } from './hash-file';
import type { FoundEntry, LeftOut, SnapshotEntry, SnapshotWarning } from './snapshot-entry';
import type { KnownContent, StatCache } from './stat-cache';
import { walkProject } from './walk-project';

/** A file of the snapshot with its content's name. */
export interface SnapshotFile {
  readonly found: FoundEntry;
  readonly sha256: string;
  readonly size: number;
}

/** What a project holds at this moment, as config-service takes it. */
export interface Snapshot {
  readonly root: string;
  readonly entries: readonly SnapshotEntry[];
  /** One file for each content. */
  readonly contents: ReadonlyMap<string, SnapshotFile>;
  readonly files: number;
  readonly bytes: number;
  readonly warnings: readonly SnapshotWarning[];
  /** Places that look as if a secret stood there. */
  readonly secrets: readonly { readonly path: string; readonly line: number }[];
  readonly leftOut: readonly LeftOut[];
}

const BIG_FILES_AT_ONCE = 3;

/**
 * Walks the project and hashes what the cache does not know.
 * @param startHashing is told how many bytes are to be read, and returns what is told how many were.
 * @throws AppError naming a file that cannot be read.
 */
export async function takeSnapshot(
  root: string,
  cache: StatCache,
  startHashing: (total: number) => (bytes: number) => void = () => () => undefined,
): Promise<Snapshot> {
  const walk = walkProject(root);
  const contents = await hashAll(root, walk.entries, cache, startHashing);
  cache.keep(cacheable(walk.entries, contents));
  const byHash = new Map<string, SnapshotFile>();
  const entries: SnapshotEntry[] = [];
  const secrets: { path: string; line: number }[] = [];
  let files = 0;
  let bytes = 0;
  walk.entries.forEach((found, index) => {
    const content = contents[index];
    entries.push(snapshotEntry(found, content));
    if (content === undefined) return;
    files += 1;
    bytes += content.size;
    if (!byHash.has(content.known.sha256)) {
      byHash.set(content.known.sha256, { found, sha256: content.known.sha256, size: content.size });
    }
    for (const line of content.known.secretLines) secrets.push({ path: found.path, line });
  });
  return {
    root,
    entries,
    contents: byHash,
    files,
    bytes,
    warnings: walk.warnings,
    secrets,
    leftOut: walk.leftOut,
  };
}

interface Content {
  readonly known: KnownContent;
  readonly size: number;
  readonly stamp: string;
}

async function hashAll(
  root: string,
  entries: readonly FoundEntry[],
  cache: StatCache,
  startHashing: (total: number) => (bytes: number) => void,
): Promise<readonly (Content | undefined)[]> {
  const contents: (Content | undefined)[] = new Array<undefined>(entries.length);
  const small: [number, FoundEntry][] = [];
  const big: [number, FoundEntry][] = [];
  let total = 0;
  for (const [index, entry] of entries.entries()) {
    if (entry.type !== 'file') continue;
    const known = cache.look(entry.identity, entry.stamp);
    if (known !== undefined) {
      contents[index] = { known, size: entry.size, stamp: entry.stamp };
      continue;
    }
    (entry.size > SMALL_FILE_BYTES ? big : small).push([index, entry]);
    total += entry.size;
  }
  const onRead = startHashing(total);
  for (const [index, entry] of small) contents[index] = await hashFile(root, entry, onRead);
  const work = async (): Promise<void> => {
    for (let next = big.shift(); next !== undefined; next = big.shift()) {
      contents[next[0]] = await hashFile(root, next[1], onRead);
    }
  };
  await Promise.all(Array.from({ length: BIG_FILES_AT_ONCE }, work));
  return contents;
}

/** Files that changed a moment ago are not remembered: their time stamps could not tell another change. */
function* cacheable(
  entries: readonly FoundEntry[],
  contents: readonly (Content | undefined)[],
): Generator<{ identity: string; stamp: string; known: KnownContent }> {
  for (const [index, entry] of entries.entries()) {
    const content = contents[index];
    if (content !== undefined && entry.settled && content.stamp === entry.stamp) {
      yield { identity: entry.identity, stamp: entry.stamp, known: content.known };
    }
  }
}

function snapshotEntry(found: FoundEntry, content: Content | undefined): SnapshotEntry {
  return {
    path: found.path,
    ...(found.raw === undefined ? {} : { raw: found.raw.toString('base64') }),
    type: found.type,
    mode: found.mode,
    ...(content === undefined ? {} : { sha256: content.known.sha256, size: content.size }),
    ...(found.target === undefined ? {} : { target: found.target }),
  };
}
