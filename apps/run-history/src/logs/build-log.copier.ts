import type { ServiceClients } from '@aml/api-client';
import type { DataSource, EntityManager } from '@aml/database';
import { toAppError } from '@aml/errors';
import { WorkFinder, type Logger } from '@aml/service-kit';
import type { RunSignals } from '../record/run-signals';
import { readSummary, type LogStore } from './log-store';
import type { SealLog } from './seal-log';

/**
 * Copies the log of each build that a run waits for, while the build goes on: once, however many runs wait; their
 * records share the copy. What is to be copied is a row, so a copy that broke off goes on from the byte where it was.
 */
export class BuildLogCopier {
  private readonly work = new WorkFinder(
    () => this.look(),
    (error) => this.log.warn({ error: toAppError(error).toData() }, 'build logs to copy cannot be looked up'),
  );

  constructor(
    private readonly database: DataSource,
    private readonly logs: LogStore,
    private readonly seal: SealLog,
    private readonly signals: RunSignals,
    private readonly services: ServiceClients,
    private readonly log: Logger,
  ) {}

  /** Notes in the caller's transaction that a run's record has the log of this build. */
  async plan(manager: EntityManager, runId: string, buildId: string): Promise<void> {
    await manager.query(
      `WITH copy AS (INSERT INTO build_copy (build_id) VALUES ($2) ON CONFLICT DO NOTHING)
       INSERT INTO run_build (run_id, build_id) VALUES ($1, $2) ON CONFLICT (run_id) DO UPDATE SET build_id = $2`,
      [runId, buildId],
    );
  }

  start(): void {
    this.work.start();
  }

  stop(): Promise<void> {
    return this.work.stop();
  }

  wake(): void {
    this.work.wake();
  }

  private async look(): Promise<void> {
    const rows = (await this.database.query('SELECT build_id FROM build_copy WHERE NOT done')) as {
      build_id: string;
    }[];
    for (const { build_id: buildId } of rows) this.work.begin(buildId, () => this.tryCopy(buildId));
  }

  private async tryCopy(buildId: string): Promise<void> {
    try {
      await this.copy(buildId);
    } catch (error) {
      if (this.work.signal.aborted) return;
      const data = toAppError(error).toData();
      this.log.warn({ buildId, error: data }, 'a build log could not be copied; it is tried again');
    }
  }

  private async copy(buildId: string): Promise<void> {
    const { bytes } = await readSummary(this.database, { owner: buildId, stream: 'build' });
    let offset = bytes;
    const path = `/builds/${buildId}/log?offset=${offset}&follow=true`;
    const response = await this.services.raw('environment-builder', path, { signal: this.work.signal });
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      offset = await this.logs.appendBuild(buildId, offset, Buffer.from(chunk));
    }
    await this.seal.ofBuild(buildId, offset);
    await this.database.query('UPDATE build_copy SET done = true WHERE build_id = $1', [buildId]);
    this.signals.changed(buildId);
  }
}
