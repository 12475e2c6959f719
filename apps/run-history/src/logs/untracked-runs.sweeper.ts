import type { BlobStore } from '@aml/blob-store';
import type { DataSource } from '@aml/database';
import type { Logger } from '@aml/service-kit';
import type { RunHistorySettings } from '../settings';
import { logKey } from './log-store';

/** Forgets untracked runs some time after their end; of a tracked run nothing is ever removed. */
export class UntrackedRunsSweeper {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly blobs: BlobStore,
    private readonly settings: RunHistorySettings,
    private readonly log: Logger,
  ) {}

  start(): void {
    const sweep = (): void => {
      this.sweep().catch((error: unknown) => this.log.warn({ error }, 'untracked runs cannot be swept'));
    };
    this.timer = setInterval(sweep, this.settings.AML_SWEEP_SECONDS * 1000).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async sweep(): Promise<number> {
    const rows = (await this.database.query(
      `SELECT run_id, stream FROM run JOIN log_stream USING (run_id)
       WHERE NOT tracked AND status IN ('Completed', 'Failed', 'Canceled') AND ended_at < now() - make_interval(secs => $1)`,
      [this.settings.AML_UNTRACKED_KEEP_SECONDS],
    )) as { run_id: string; stream: string }[];
    for (const { run_id: runId, stream } of rows) await this.blobs.remove(logKey(runId, stream));
    const ids = [...new Set(rows.map((row) => row.run_id))];
    await this.database.query('DELETE FROM run WHERE run_id = ANY($1)', [ids]);
    return ids.length;
  }
}
