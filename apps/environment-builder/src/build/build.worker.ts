import type { DataSource } from '@aml/database';
import { toAppError } from '@aml/errors';
import { WorkFinder, type Logger } from '@aml/service-kit';
import type { Build, RunBuild } from './run-build';

interface BuildRow {
  readonly build_id: string;
  readonly identity: string;
  readonly engine: string;
  readonly request: Build['request'];
}

/** Makes what has to be made, a few at once. A build that an earlier process left is made again; what it had finished is found. */
export class BuildWorker {
  private readonly work = new WorkFinder(
    () => this.look(),
    (error) => this.log.warn({ error: toAppError(error).toData() }, 'builds cannot be looked up'),
  );

  constructor(
    private readonly database: DataSource,
    private readonly runBuild: RunBuild,
    private readonly concurrent: number,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.work.start();
  }

  /** Builds are broken off; the next process makes them again. */
  stop(): Promise<void> {
    return this.work.stop();
  }

  wake(): void {
    this.work.wake();
  }

  private async look(): Promise<void> {
    if (this.work.busy >= this.concurrent) return;
    const rows = (await this.database.query(
      `SELECT build_id, identity, engine, request FROM build WHERE status = 'building' ORDER BY started_at LIMIT 100`,
    )) as BuildRow[];
    for (const { build_id: buildId, identity, engine, request } of rows) {
      if (this.work.busy >= this.concurrent) return;
      const make = (): Promise<void> => this.make({ buildId, identity, engine, request });
      this.work.begin(buildId, make, () => this.wake());
    }
  }

  private make(build: Build): Promise<void> {
    return this.runBuild
      .execute(build, this.work.signal)
      .catch((error: unknown) =>
        this.log.error(
          { buildId: build.buildId, error: toAppError(error).toData() },
          'a build could not be recorded; it is made again',
        ),
      );
  }
}
