import type { BlobStore } from '@aml/blob-store';
import { SnapshotEntry } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { AppError } from '@aml/errors';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { SnapshotEntity } from '../storage/snapshot.entity';

export interface Snapshot {
  readonly id: string;
  readonly files: number;
  readonly bytes: number;
  readonly entries: readonly SnapshotEntry[];
}

/** Where the content with this SHA-256 lies. */
export function contentKey(sha256: string): string {
  return `contents/${sha256.slice(0, 2)}/${sha256}`;
}

/** Snapshots: lists of entries whose contents are kept once, however many snapshots have them. */
export class SnapshotStore {
  private readonly cache = new Map<string, Promise<Snapshot>>();

  constructor(
    private readonly database: DataSource,
    private readonly blobs: BlobStore,
    private readonly cacheEntries: number,
  ) {}

  /** @throws AppError `snapshot-incomplete` where a content is not stored yet, `snapshot-malformed`. */
  async create(entries: readonly SnapshotEntry[]): Promise<Snapshot> {
    const sorted = [...entries].sort((a, b) => compare(keyOf(a), keyOf(b)));
    checkEntries(sorted);
    const files = sorted.filter((entry) => entry.type === 'file');
    const canonical = JSON.stringify(sorted.map(canonicalEntry));
    const id = createHash('sha256').update(canonical).digest('hex');
    const bytes = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
    const snapshot = { id, files: files.length, bytes, entries: sorted };
    if (!(await this.isKnown(id))) {
      await this.requireContents(files);
      await this.blobs.put(listKey(id), Readable.from([Buffer.from(canonical)]));
      await this.database.query(
        'INSERT INTO snapshot (id, files, bytes, created_at) VALUES ($1, $2, $3, now()) ON CONFLICT DO NOTHING',
        [id, files.length, bytes],
      );
    }
    this.remember(id, Promise.resolve(snapshot));
    return snapshot;
  }

  /** @throws AppError `snapshot-unknown`. */
  load(id: string): Promise<Snapshot> {
    const cached = this.cache.get(id);
    const loading = cached ?? this.read(id);
    this.remember(id, loading);
    return loading;
  }

  /** The content of a file of a snapshot; undefined where it has no such file. */
  async readFile(snapshot: Snapshot, path: string, limit = 4 * 1024 * 1024): Promise<Buffer | undefined> {
    const entry = snapshot.entries.find((each) => each.path === path && each.type === 'file');
    if (!entry?.sha256) return undefined;
    return buffer(
      await this.blobs.open(contentKey(entry.sha256), { end: Math.min(entry.size ?? limit, limit) }),
    );
  }

  /** Known and readable; contents were there when it was made, and nothing removes contents. */
  private async isKnown(id: string): Promise<boolean> {
    const known = await this.database.getRepository(SnapshotEntity).existsBy({ id });
    return known && (await this.blobs.size(listKey(id))) !== undefined;
  }

  /** Keeps the snapshots that were used last: the last one, and others up to `cacheEntries` entries together. */
  private remember(id: string, loading: Promise<Snapshot>): void {
    this.cache.delete(id);
    this.cache.set(id, loading);
    loading.then(
      () => this.forgetOldest(),
      () => this.cache.get(id) === loading && this.cache.delete(id),
    );
  }

  private async forgetOldest(): Promise<void> {
    let entries = 0;
    for (const [index, [id, loading]] of [...this.cache].reverse().entries()) {
      const snapshot = await loading.catch(() => undefined);
      entries += snapshot?.entries.length ?? 0;
      if (index > 0 && entries > this.cacheEntries && this.cache.get(id) === loading) this.cache.delete(id);
    }
  }

  private async read(id: string): Promise<Snapshot> {
    const row = await this.database.getRepository(SnapshotEntity).findOneBy({ id });
    if (!row) {
      throw new AppError({
        code: 'snapshot-unknown',
        message: `there is no snapshot ${id}`,
        hint: 'Submit again.',
        blame: 'user',
      });
    }
    const text = (await buffer(await this.blobs.open(listKey(id)))).toString('utf8');
    return {
      id,
      files: row.files,
      bytes: row.bytes,
      entries: z.array(SnapshotEntry).parse(JSON.parse(text)),
    };
  }

  private async requireContents(files: readonly SnapshotEntry[]): Promise<void> {
    const hashes = [...new Set(files.map((file) => file.sha256 ?? ''))];
    const present = await this.blobs.present(hashes.map(contentKey));
    const missing = hashes.filter((hash) => !present.has(contentKey(hash)));
    if (missing.length === 0) return;
    const first = files.find((file) => file.sha256 === missing[0]);
    throw new AppError({
      code: 'snapshot-incomplete',
      message: `${missing.length} contents of the snapshot are not stored, such as that of ${first?.path ?? missing[0]}`,
      hint: 'Submit again.',
      retryable: true,
      blame: 'user',
    });
  }
}

function listKey(id: string): string {
  return `snapshots/${id.slice(0, 2)}/${id}.json`;
}

function keyOf(entry: SnapshotEntry): string {
  return entry.raw ?? entry.path;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function canonicalEntry(entry: SnapshotEntry): SnapshotEntry {
  const { path, raw, type, mode, sha256, size, target } = entry;
  return { path, raw, type, mode, sha256, size, target };
}

function checkEntries(sorted: readonly SnapshotEntry[]): void {
  sorted.forEach((entry, index) => {
    const raw = entry.raw === undefined ? entry.path : Buffer.from(entry.raw, 'base64').toString('latin1');
    const bad =
      raw === '' ||
      raw.startsWith('/') ||
      raw.includes('\0') ||
      raw.split('/').some((name) => ['', '.', '..'].includes(name));
    const previous = sorted[index - 1];
    const doubled = previous !== undefined && keyOf(previous) === keyOf(entry);
    const partial =
      entry.type === 'file'
        ? !entry.sha256 || entry.size === undefined
        : entry.type === 'link' && !entry.target;
    if (!bad && !doubled && !partial) return;
    throw new AppError({
      code: 'snapshot-malformed',
      message: `the entry ${JSON.stringify(entry.path)} of the snapshot ${bad ? 'leaves the project' : doubled ? 'stands twice' : 'is incomplete'}`,
      blame: 'user',
    });
  });
}
