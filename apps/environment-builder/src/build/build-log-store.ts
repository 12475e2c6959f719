import type { DataSource } from '@aml/database';
import { AppError } from '@aml/errors';
import { EventEmitter } from 'node:events';

/** Lines are kept together for this long before they are stored. */
const FLUSH_MS = 150;
const LOOK_AGAIN_MS = 500;
/** Rows of a log that are in memory at once. */
const PORTION = 64;

/** The logs of builds; they belong to the builder, and records of runs get copies. */
export class BuildLogStore {
  private readonly signals = new EventEmitter().setMaxListeners(0);

  constructor(private readonly database: DataSource) {}

  /** Appends lines in order; `close` resolves when all are stored. */
  writer(buildId: string): { line: (text: string) => void; close: () => Promise<void> } {
    let pending: string[] = [];
    let stored = Promise.resolve();
    let timer: NodeJS.Timeout | undefined;
    const flush = (): void => {
      clearTimeout(timer);
      timer = undefined;
      const text = pending.join('');
      pending = [];
      if (text !== '') stored = stored.then(() => this.append(buildId, Buffer.from(text)));
      // Told by close().
      stored.catch(() => undefined);
    };
    return {
      line: (text) => {
        pending.push(`${text}\n`);
        timer ??= setTimeout(flush, FLUSH_MS);
      },
      close: async () => {
        flush();
        await stored;
      },
    };
  }

  announceEnd(buildId: string): void {
    this.signals.emit(buildId);
  }

  /** The bytes from an offset; with `follow` until the build has ended. @throws AppError `build-unknown`. */
  async *read(buildId: string, offset: number, follow: boolean, signal: AbortSignal): AsyncGenerator<Buffer> {
    await this.statusOf(buildId);
    // The answer begins although there is nothing yet: a build may be quiet for long.
    yield Buffer.alloc(0);
    let next = offset;
    while (!signal.aborted) {
      const change = this.nextChange(buildId, signal);
      const status = await this.statusOf(buildId);
      const rows = await this.portion(buildId, next);
      for (const { start, bytes } of rows) {
        yield bytes.subarray(Math.max(0, next - Number(start)));
        next = Number(start) + bytes.length;
      }
      if (rows.length === PORTION) continue;
      if (!follow || status !== 'building') return;
      await change;
    }
  }

  private async portion(buildId: string, offset: number): Promise<{ start: string; bytes: Buffer }[]> {
    return (await this.database.query(
      'SELECT start, bytes FROM build_log WHERE build_id = $1 AND start + length(bytes) > $2 ORDER BY start LIMIT $3',
      [buildId, offset, PORTION],
    )) as { start: string; bytes: Buffer }[];
  }

  private nextChange(buildId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.signals.off(buildId, end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, LOOK_AGAIN_MS);
      this.signals.on(buildId, end);
      signal.addEventListener('abort', end);
    });
  }

  private async statusOf(buildId: string): Promise<string> {
    const rows = (await this.database.query('SELECT status FROM build WHERE build_id = $1', [buildId])) as {
      status: string;
    }[];
    if (rows[0]) return rows[0].status;
    throw new AppError({ code: 'build-unknown', message: `there is no build ${buildId}`, blame: 'user' });
  }

  private async append(buildId: string, bytes: Buffer): Promise<void> {
    await this.database.query(
      `WITH grown AS (UPDATE build SET log_size = log_size + $3 WHERE build_id = $1 RETURNING log_size)
       INSERT INTO build_log (build_id, start, bytes) SELECT $1, log_size - $3, $2 FROM grown`,
      [buildId, bytes, bytes.length],
    );
    this.signals.emit(buildId);
  }
}
