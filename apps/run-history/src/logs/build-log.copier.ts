import type { ServiceClients } from '@aml/api-client';
import type { DataSource, EntityManager } from '@aml/database';
import type { Logger } from '@aml/service-kit';
import type { LogStore } from './log-store';

interface CopyRow {
  readonly run_id: string;
  readonly build_id: string;
}

/**
 * Copies build logs into the record of each run that waited for the build, while the build goes on. What is to be
 * copied is a row, so a copy that broke off goes on from the byte where it was.
 */
export class BuildLogCopier {
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly logs: LogStore,
    private readonly services: ServiceClients,
    private readonly log: Logger,
  ) {}

  /** Notes in the caller's transaction that a run's build log is to be copied. */
  async plan(manager: EntityManager, runId: string, buildId: string): Promise<void> {
    await manager.query(
      'INSERT INTO build_copy (run_id, build_id) VALUES ($1, $2) ON CONFLICT (run_id) DO UPDATE SET build_id = $2, done = false',
      [runId, buildId],
    );
  }

  start(): void {
    this.timer = setInterval(() => this.wake(), 2_000).unref();
    this.wake();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await Promise.allSettled(this.running.values());
  }

  /** Looks for copies that nobody here is making. */
  wake(): void {
    this.database
      .query('SELECT run_id, build_id FROM build_copy WHERE NOT done')
      .then((rows: CopyRow[]) => rows.forEach((row) => this.begin(row)))
      .catch((error: unknown) => this.log.warn({ error }, 'build logs to copy cannot be looked up'));
  }

  private begin({ run_id: runId, build_id: buildId }: CopyRow): void {
    if (this.running.has(runId) || this.stopping.signal.aborted) return;
    const copy = this.copy(runId, buildId)
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted)
          this.log.warn({ runId, buildId, error }, 'a build log could not be copied; it is tried again');
      })
      .finally(() => this.running.delete(runId));
    this.running.set(runId, copy);
  }

  private async copy(runId: string, buildId: string): Promise<void> {
    let { bytes: offset } = await this.logs.summary(runId, 'build');
    const response = await this.services.raw(
      'environment-builder',
      `/builds/${buildId}/log?offset=${offset}&follow=true`,
      {
        signal: this.stopping.signal,
      },
    );
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      offset = await this.logs.appendOwn(runId, 'build', offset, Buffer.from(chunk));
    }
    await this.logs.seal(runId, 'build', offset, undefined);
    await this.database.query('UPDATE build_copy SET done = true WHERE run_id = $1', [runId]);
  }
}
