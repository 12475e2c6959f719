import type { BlobStore } from '@aml/blob-store';
import type { LogSummary } from '@aml/contracts';
import type { DataSource, EntityManager } from '@aml/database';
import { AppError } from '@aml/errors';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { lockRun } from '../storage/run-lock';
import { logKey, readRows, readSummary, type LogPlace } from './log-store';

type Summary = z.infer<typeof LogSummary>;

/** The end of a log: its rows become one blob, counted and hashed. */
export class SealLog {
  constructor(
    private readonly database: DataSource,
    private readonly blobs: BlobStore,
  ) {}

  /** Repeating it is harmless, also at the same time. @throws AppError `log-gap` where it has another size, `lease-lost`, `run-not-recorded`. */
  ofRun(runId: string, stream: string, size: number, fence: number): Promise<Summary> {
    return this.seal({ owner: runId, stream }, size, fence);
  }

  ofBuild(buildId: string, size: number): Promise<Summary> {
    return this.seal({ owner: buildId, stream: 'build' }, size, undefined);
  }

  private async seal(place: LogPlace, size: number, fence: number | undefined): Promise<Summary> {
    const { owner, stream } = place;
    await this.database.transaction(async (manager) => {
      if (fence !== undefined) await lockRun(manager, owner, fence);
      await manager.query('INSERT INTO log_stream (owner, stream) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        owner,
        stream,
      ]);
    });
    await this.database.transaction(async (manager) => {
      // Two at once would read rows that the other removes. The run itself is not locked meanwhile: a log may be large.
      await manager.query('SELECT pg_advisory_xact_lock(hashtext($1), 4)', [`${owner}/${stream}`]);
      const before = await readSummary(manager, place);
      if (before.sealed) return;
      if (before.bytes !== size) throw otherSize(place, before.bytes, size);
      const { lines, sha256 } = await this.storeBlob(manager, place, size);
      if (fence !== undefined) await lockRun(manager, owner, fence);
      const [, count] = (await manager.query(
        'UPDATE log_stream SET sealed = true, lines = $3, sha256 = $4 WHERE owner = $1 AND stream = $2 AND size = $5',
        [owner, stream, lines, sha256, size],
      )) as [unknown, number];
      if (count === 0) throw otherSize(place, before.bytes, size);
      await manager.query('DELETE FROM log_chunk WHERE owner = $1 AND stream = $2', [owner, stream]);
    });
    return readSummary(this.database, place);
  }

  /** An empty log has no blob. */
  private async storeBlob(
    manager: EntityManager,
    place: LogPlace,
    size: number,
  ): Promise<{ lines: number; sha256: string }> {
    if (size === 0) return { lines: 0, sha256: createHash('sha256').digest('hex') };
    let lines = 0;
    const counted = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of readRows(manager, place, 0, size)) {
        for (const byte of chunk) if (byte === 10) lines++;
        yield chunk;
      }
    };
    const stored = await this.blobs.put(logKey(place.owner, place.stream), Readable.from(counted()));
    if (stored.size !== size) throw otherSize(place, stored.size, size);
    return { lines, sha256: stored.sha256 };
  }
}

function otherSize({ owner, stream }: LogPlace, has: number, asked: number): AppError {
  return new AppError({
    code: 'log-gap',
    message: `${stream} of ${owner} has ${has} bytes; it cannot be sealed at ${asked}`,
  });
}
