import type { BlobStore } from '@aml/blob-store';
import type { LogSummary } from '@aml/contracts';
import type { DataSource, EntityManager } from '@aml/database';
import { AppError } from '@aml/errors';
import type { z } from 'zod';
import type { RunSignals } from '../record/run-signals';
import { lockRun } from '../storage/run-lock';

type Summary = z.infer<typeof LogSummary>;

interface StreamRow {
  readonly owner: string;
  readonly stream: string;
  readonly size: string;
  readonly masked: number;
  readonly sealed: boolean;
  readonly lines: string | null;
  readonly sha256: string | null;
}

/** One log: the owner is a run, or a build. */
export interface LogPlace {
  readonly owner: string;
  readonly stream: string;
}

/** Where the bytes of a sealed log lie. */
export function logKey(owner: string, stream: string): string {
  return `logs/${encodeURIComponent(owner)}/${stream}`;
}

/** Whose log it is: a run's own, or that of the build that it waited for. */
const LOGS_OF_RUN = `
  SELECT * FROM log_stream WHERE owner = $1
  UNION ALL SELECT l.* FROM run_build b JOIN log_stream l ON l.owner = b.build_id::text WHERE b.run_id = $1
  ORDER BY stream`;

/**
 * The logs of runs, byte for byte. While a run goes on its bytes are rows, safe when the append answers; when the log
 * is sealed they become one blob with a SHA-256 that anyone can check (`seal-log.ts`).
 */
export class LogStore {
  constructor(
    private readonly database: DataSource,
    private readonly blobs: BlobStore,
    private readonly signals: RunSignals,
  ) {}

  /**
   * Bytes at an offset. A repeat changes nothing; what reaches beyond the known end is added.
   * @returns the size of the stream now. @throws AppError `log-gap`, `log-sealed`, `lease-lost`, `run-not-recorded`.
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
      return appendBytes(manager, { owner: runId, stream }, offset, bytes, writer.masked);
    });
    this.signals.changed(runId);
    return size;
  }

  /** As `append`, for the log of a build, which no lease protects. */
  async appendBuild(buildId: string, offset: number, bytes: Buffer): Promise<number> {
    const place = { owner: buildId, stream: 'build' };
    const size = await this.database.transaction((manager) => appendBytes(manager, place, offset, bytes, 0));
    this.signals.changed(buildId);
    return size;
  }

  /** The logs of a run, that of its build among them. */
  async summaries(runId: string): Promise<Summary[]> {
    const rows = (await this.database.query(LOGS_OF_RUN, [runId])) as StreamRow[];
    return rows.map(summaryOf);
  }

  /** The bytes that a run's stream has now, from an offset. */
  async *read(runId: string, stream: string, offset: number): AsyncGenerator<Buffer> {
    const rows = (await this.database.query(LOGS_OF_RUN, [runId])) as StreamRow[];
    const found = rows.find((row) => row.stream === stream);
    if (found) yield* this.readPlace(found, offset);
  }

  private async *readPlace({ owner, stream }: LogPlace, offset: number): AsyncGenerator<Buffer> {
    for (let next = offset; ;) {
      const summary = await readSummary(this.database, { owner, stream });
      if (next >= summary.bytes) return;
      const chunks = summary.sealed
        ? ((await this.blobs.open(logKey(owner, stream), { start: next })) as AsyncIterable<Buffer>)
        : readRows(this.database, { owner, stream }, next, summary.bytes);
      // The log may be sealed while its rows are read: the rest is then in the blob.
      for await (const chunk of chunks) {
        next += chunk.length;
        yield chunk;
      }
      if (summary.sealed) return;
    }
  }
}

/** What is known of one log; an empty one where there is none. */
export async function readSummary(
  source: Pick<EntityManager, 'query'>,
  { owner, stream }: LogPlace,
): Promise<Summary> {
  const rows = (await source.query('SELECT * FROM log_stream WHERE owner = $1 AND stream = $2', [
    owner,
    stream,
  ])) as StreamRow[];
  const none = { stream, bytes: 0, lines: null, sha256: null, sealed: false, masked: 0 };
  return rows[0] ? summaryOf(rows[0]) : none;
}

function summaryOf({ stream, size, lines, sha256, sealed, masked }: StreamRow): Summary {
  return {
    stream,
    bytes: Number(size),
    lines: lines === null ? null : Number(lines),
    sha256,
    sealed,
    masked,
  };
}

async function appendBytes(
  manager: EntityManager,
  { owner, stream }: LogPlace,
  offset: number,
  bytes: Buffer,
  masked: number,
): Promise<number> {
  // Makes the row or locks it.
  const rows = (await manager.query(
    `INSERT INTO log_stream (owner, stream, masked) VALUES ($1, $2, $3)
     ON CONFLICT (owner, stream) DO UPDATE SET masked = greatest(log_stream.masked, $3) RETURNING size, sealed`,
    [owner, stream, masked],
  )) as StreamRow[];
  const size = Number(rows[0]?.size ?? 0);
  if (offset > size) {
    throw new AppError({
      code: 'log-gap',
      message: `${stream} of ${owner} ends at byte ${size}; bytes from ${offset} would leave a gap`,
    });
  }
  const fresh = bytes.subarray(size - offset);
  if (fresh.length === 0) return size;
  if (rows[0]?.sealed) {
    throw new AppError({ code: 'log-sealed', message: `${stream} of ${owner} is sealed at ${size} bytes` });
  }
  await manager.query(
    `WITH chunk AS (INSERT INTO log_chunk (owner, stream, start, bytes) VALUES ($1, $2, $3::bigint, $4))
     UPDATE log_stream SET size = $5 WHERE owner = $1 AND stream = $2`,
    [owner, stream, size, fresh, size + fresh.length],
  );
  return size + fresh.length;
}

/** The rows of a stream from one offset to another, a few at a time: a large log is never in memory as a whole. */
export async function* readRows(
  source: Pick<EntityManager, 'query'>,
  { owner, stream }: LogPlace,
  offset: number,
  end: number,
): AsyncGenerator<Buffer> {
  for (let next = offset; next < end;) {
    const rows = (await source.query(
      `SELECT start, bytes FROM log_chunk WHERE owner = $1 AND stream = $2 AND start + length(bytes) > $3 ORDER BY start LIMIT 16`,
      [owner, stream, next],
    )) as { start: string; bytes: Buffer }[];
    if (rows.length === 0) return;
    for (const { start, bytes } of rows) {
      const chunk = bytes.subarray(next - Number(start));
      next = Number(start) + bytes.length;
      yield chunk;
    }
  }
}
