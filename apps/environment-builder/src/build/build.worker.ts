import type { DataSource } from '@aml/database';
import { toAppError } from '@aml/errors';
import type { Logger } from '@aml/service-kit';
import type { Build, RunBuild } from './run-build';

const LOOK_AGAIN_MS = 2_000;

interface BuildRow {
  readonly build_id: string;
  readonly identity: string;
  readonly engine: string;
  readonly request: Build['request'];
}

/** Makes what has to be made, a few at once. A build that an earlier process left is made again; what it had finished is found. */
export class BuildWorker {
  private readonly building = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(
    private readonly database: DataSource,
    private readonly runBuild: RunBuild,
    private readonly concurrent: number,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.wake(), LOOK_AGAIN_MS).unref();
    this.wake();
  }

  /** Builds are broken off; the next process makes them again. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await Promise.allSettled(this.building.values());
  }

  /** Looks for builds that nobody here is at. */
  wake(): void {
    if (this.looking || this.stopping.signal.aborted) return;
    this.looking = true;
    this.look()
      .catch((error: unknown) =>
        this.log.warn({ error: toAppError(error).toData() }, 'builds cannot be looked up'),
      )
      .finally(() => (this.looking = false));
  }

  private async look(): Promise<void> {
    if (this.building.size >= this.concurrent) return;
    const rows = (await this.database.query(
      `SELECT build_id, identity, engine, request FROM build WHERE status = 'building' ORDER BY started_at LIMIT 100`,
    )) as BuildRow[];
    for (const { build_id: buildId, identity, engine, request } of rows) {
      if (this.building.size >= this.concurrent || this.stopping.signal.aborted) return;
      if (!this.building.has(buildId)) this.begin({ buildId, identity, engine, request });
    }
  }

  private begin(build: Build): void {
    const making = this.runBuild
      .execute(build, this.stopping.signal)
      .catch((error: unknown) =>
        this.log.error(
          { buildId: build.buildId, error: toAppError(error).toData() },
          'a build could not be recorded; it is made again',
        ),
      )
      .finally(() => {
        this.building.delete(build.buildId);
        this.wake();
      });
    this.building.set(build.buildId, making);
  }
}
