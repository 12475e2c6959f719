import type { DataSource } from '@aml/database';
import { toAppError } from '@aml/errors';
import type { Logger } from '@aml/service-kit';
import type { AnswerRequest } from '../requests/answer-request';
import type { EnvironmentRequest, RunBuild } from './run-build';

interface BuildRow {
  readonly build_id: string;
  readonly identity: string;
  readonly engine: string;
  readonly request: EnvironmentRequest;
}

/** Answers requests as they come, and makes what has to be made, a few at once. A build that an earlier process left is made again; what it had finished is found. */
export class BuildWorker {
  private readonly building = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private answering: Promise<void> | undefined;
  private again = false;

  constructor(
    private readonly database: DataSource,
    private readonly answerRequest: AnswerRequest,
    private readonly runBuild: RunBuild,
    private readonly concurrent: number,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.wake(), 2_000).unref();
    this.wake();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.answering;
    await Promise.allSettled(this.building.values());
  }

  /** Looks for requests and builds that nobody here is at. */
  wake(): void {
    if (this.answering) {
      this.again = true;
      return;
    }
    this.again = false;
    this.answering = this.look()
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted)
          this.log.warn(
            { error: toAppError(error).toData() },
            'requests for environments cannot be looked up',
          );
      })
      .finally(() => {
        this.answering = undefined;
        if (this.again && !this.stopping.signal.aborted) this.wake();
      });
  }

  private async look(): Promise<void> {
    const open = (await this.database.query(
      `SELECT request FROM environment_request WHERE state = 'waiting' ORDER BY requested_at LIMIT 200`,
    )) as { request: EnvironmentRequest }[];
    for (const { request } of open) {
      if (this.stopping.signal.aborted) return;
      await this.answerRequest.execute(request, this.stopping.signal);
      await this.beginBuilds();
    }
    await this.beginBuilds();
  }

  private async beginBuilds(): Promise<void> {
    if (this.building.size >= this.concurrent) return;
    const rows = (await this.database.query(
      `SELECT build_id, identity, engine, request FROM build WHERE status = 'building' ORDER BY started_at`,
    )) as BuildRow[];
    for (const row of rows) {
      if (this.building.size >= this.concurrent || this.stopping.signal.aborted) return;
      if (this.building.has(row.build_id)) continue;
      const build = {
        buildId: row.build_id,
        identity: row.identity,
        engine: row.engine,
        request: row.request,
      };
      const making = this.runBuild
        .execute(build, this.stopping.signal)
        .catch((error: unknown) =>
          this.log.error(
            { buildId: row.build_id, error: toAppError(error).toData() },
            'a build could not be recorded; it is made again',
          ),
        )
        .finally(() => {
          this.building.delete(row.build_id);
          this.wake();
        });
      this.building.set(row.build_id, making);
    }
  }
}
