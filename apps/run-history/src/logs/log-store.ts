import type { BlobStore } from '@aml/blob-store';
import type { LogSummary } from '@aml/contracts';
import type { DataSource, EntityManager } from '@aml/database';
import { AppError } from '@aml/errors';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import type { RunSignals } from '../record/run-signals';
import { lockRun } from '../storage/run-lock';

type Summary = z.infer<typeof LogSummary>;

interface StreamRow {
  readonly stream: string;
  readonly size: string;
  readonly masked: number;
  readonly sealed: boolean;
  readonly lines: string | null;
  readonly sha256: string | null;
}

/** Where the bytes of a sealed log lie. */
export function logKey(runId: string, stream: string): string {
  return `logs/${encodeURIComponent(runId)}/${stream}`;
}

/**
 * The logs of runs, byte for byte. While a run goes on its bytes are rows, safe when the append answers; when the log
 * is sealed they become one blob with a SHA-256 that anyone can check.
 */
export class LogStore {
  constructor(
    private readonly database: DataSource,
    private readonly blobs: BlobStore,
    private readonly signals: RunSignals,
  ) {}

  /**
   * Bytes at an offset. A repeat changes nothing; what reaches beyond the known end is added.
   * @returns the size of the stream now. @throws AppError `log-gap`, `log-sealed`, `lease-lost`, `run-unknown`.
   */
  async append(
    runId: string,
    stream: string,
    offset: number,
    bytes: Buffer,
    writer: { fence: number; masked: number },
  ): Promise<number> {
    const size = await this.database.transaction(async (manager) => {
      await lockRun(manager, runId, writer.fence);
      return this.appendLocked(manager, runId, stream, offset, bytes, writer.masked);
    });
    this.signals.changed(runId);
    return size;
  }

  /** As `append`, for a log of our own that no lease protects. */
  async appendOwn(runId: string, stream: string, offset: number, bytes: Buffer): Promise<number> {
    const size = await this.database.transaction((manager) =>
      this.appendLocked(manager, runId, stream, offset, bytes, 0),
    );
    this.signals.changed(runId);
    return size;
  }

  private async appendLocked(
    manager: EntityManager,
    runId: string,
    stream: string,
    offset: number,
    bytes: Buffer,
    masked: number,
  ): Promise<number> {
    await manager.query('INSERT INTO log_stream (run_id, stream) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      runId,
      stream,
    ]);
    const rows = (await manager.query(
      'SELECT size, sealed FROM log_stream WHERE run_id = $1 AND stream = $2 FOR UPDATE',
      [runId, stream],
    )) as StreamRow[];
    const size = Number(rows[0]?.size ?? 0);
    if (offset > size) {
      throw new AppError({
        code: 'log-gap',
        message: `${stream} of ${runId} ends at byte ${size}; bytes from ${offset} would leave a gap`,
      });
    }
    const fresh = bytes.subarray(size - offset);
    if (fresh.length === 0) return size;
    if (rows[0]?.sealed) {
      throw new AppError({ code: 'log-sealed', message: `${stream} of ${runId} is sealed at ${size} bytes` });
    }
    await manager.query('INSERT INTO log_chunk (run_id, stream, start, bytes) VALUES ($1, $2, $3, $4)', [
      runId,
      stream,
      size,
      fresh,
    ]);
    await manager.query(
      'UPDATE log_stream SET size = $3, masked = greatest(masked, $4) WHERE run_id = $1 AND stream = $2',
      [runId, stream, size + fresh.length, masked],
    );
    return size + fresh.length;
  }

  /** The end of a log: one blob, counted and hashed; the rows go. Repeating it is harmless. */
  async seal(runId: string, stream: string, size: number, fence: number | undefined): Promise<Summary> {
    await this.database.transaction(async (manager) => {
      if (fence !== undefined) await lockRun(manager, runId, fence);
      await manager.query('INSERT INTO log_stream (run_id, stream) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        runId,
        stream,
      ]);
    });
    const before = await this.summary(runId, stream);
    if (before.sealed) return before;
    if (before.bytes !== size) {
      throw new AppError({
        code: 'log-gap',
        message: `${stream} of ${runId} has ${before.bytes} bytes; it cannot be sealed at ${size}`,
      });
    }
    let lines = 0;
    const counted = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        for (const byte of chunk) if (byte === 10) lines++;
        yield chunk;
      }
    };
    const stored = await this.blobs.put(
      logKey(runId, stream),
      Readable.from(counted(this.rows(runId, stream, 0))),
    );
    await this.database.transaction(async (manager) => {
      await manager.query(
        'UPDATE log_stream SET sealed = true, lines = $3, sha256 = $4 WHERE run_id = $1 AND stream = $2',
        [runId, stream, lines, stored.sha256],
      );
      await manager.query('DELETE FROM log_chunk WHERE run_id = $1 AND stream = $2', [runId, stream]);
    });
    return this.summary(runId, stream);
  }

  async summaries(runId: string): Promise<Summary[]> {
    const rows = (await this.database.query('SELECT * FROM log_stream WHERE run_id = $1 ORDER BY stream', [
      runId,
    ])) as StreamRow[];
    return rows.map((row) => ({
      stream: row.stream,
      bytes: Number(row.size),
      lines: row.lines === null ? null : Number(row.lines),
      sha256: row.sha256,
      sealed: row.sealed,
      masked: row.masked,
    }));
  }

  async summary(runId: string, stream: string): Promise<Summary> {
    const known = (await this.summaries(runId)).find((each) => each.stream === stream);
    return known ?? { stream, bytes: 0, lines: null, sha256: null, sealed: false, masked: 0 };
  }

  /** The bytes there are now, from an offset. */
  async *read(runId: string, stream: string, offset: number): AsyncGenerator<Buffer> {
    const summary = await this.summary(runId, stream);
    if (!summary.sealed) {
      yield* this.rows(runId, stream, offset);
    } else if (offset < summary.bytes) {
      yield* (await this.blobs.open(logKey(runId, stream), { start: offset })) as AsyncIterable<Buffer>;
    }
  }

  /** The rows of a stream from an offset, one at a time: a large log is never in memory as a whole. */
  private async *rows(runId: string, stream: string, offset: number): AsyncGenerator<Buffer> {
    let next = offset;
    for (;;) {
      const rows = (await this.database.query(
        `SELECT start, bytes FROM log_chunk WHERE run_id = $1 AND stream = $2 AND start + length(bytes) > $3 ORDER BY start LIMIT 16`,
        [runId, stream, next],
      )) as { start: string; bytes: Buffer }[];
      if (rows.length === 0) return;
      for (const { start, bytes } of rows) {
        const chunk = bytes.subarray(Math.max(0, next - Number(start)));
        next = Number(start) + bytes.length;
        yield chunk;
      }
    }
  }
}
