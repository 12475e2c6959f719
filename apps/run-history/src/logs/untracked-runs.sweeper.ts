import type { BlobStore } from '@aml/blob-store';
import type { DataSource } from '@aml/database';
import { toAppError } from '@aml/errors';
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
      this.sweep().catch((error: unknown) =>
        this.log.warn({ error: toAppError(error).toData() }, 'untracked runs cannot be swept'),
      );
    };
    this.timer = setInterval(sweep, this.settings.AML_SWEEP_SECONDS * 1000).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** @returns how many runs were forgotten. */
  async sweep(): Promise<number> {
    const rows = (await this.database.query(
      `SELECT run_id FROM run
       WHERE NOT tracked AND status IN ('Completed', 'Failed', 'Canceled') AND ended_at < now() - make_interval(secs => $1)`,
      [this.settings.AML_UNTRACKED_KEEP_SECONDS],
    )) as { run_id: string }[];
    const ids = rows.map((row) => row.run_id);
    if (ids.length === 0) return 0;
    await this.database.query('DELETE FROM run_build WHERE run_id = ANY($1)', [ids]);
    const logs = (await this.database.query(
      `SELECT owner, stream FROM log_stream WHERE owner = ANY($1) UNION ALL
       SELECT owner, stream FROM log_stream JOIN build_copy ON owner = build_id::text
       WHERE done AND NOT EXISTS (SELECT 1 FROM run_build WHERE run_build.build_id = build_copy.build_id)`,
      [ids],
    )) as { owner: string; stream: string }[];
    for (const { owner, stream } of logs) await this.blobs.remove(logKey(owner, stream));
    const owners = logs.map(({ owner }) => owner);
    await this.database.transaction(async (manager) => {
      await manager.query('DELETE FROM log_stream WHERE owner = ANY($1)', [owners]);
      await manager.query('DELETE FROM build_copy WHERE build_id::text = ANY($1)', [owners]);
      await manager.query('DELETE FROM run_environment WHERE run_id = ANY($1)', [ids]);
      await manager.query('DELETE FROM run WHERE run_id = ANY($1)', [ids]);
    });
    return ids.length;
  }
}
