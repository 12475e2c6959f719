import { buildEnvironmentImage, readLock, type DockerEngine } from '@aml/docker-client';
import { toErrorData } from '@aml/errors';
import type { Transactions, UnitOfWork } from '@aml/messaging';
import type { EnvironmentPlanner, PlannedEnvironment } from '../plan/environment-planner';
import { proxies } from '../plan/environment-settings';
import type { EnvironmentBuilderSettings } from '../settings';
import type { EnvironmentStore } from '../storage/environment-store';
import type { BuildLogStore } from './build-log-store';
import { answerFailed } from '../requests/answer';
import type { EnvironmentRequest } from '../requests/request-store';
import { environmentLock } from './environment-lock';

export interface Build {
  readonly buildId: string;
  readonly identity: string;
  readonly engine: string;
  /** The first that asked. */
  readonly request: EnvironmentRequest;
}

export interface RunBuildParts {
  readonly transactions: Transactions;
  readonly engine: DockerEngine;
  readonly planner: EnvironmentPlanner;
  readonly environments: EnvironmentStore;
  readonly logs: BuildLogStore;
  readonly settings: EnvironmentBuilderSettings;
  /** Called when an environment was made: requests wait for their answer, and the engine has become fuller. */
  readonly onMade: (identity: string, engine: string) => void;
}

/** Makes one environment. Those that wait for it are then decided as those that find it there; a failure answers them all. */
export class RunBuild {
  constructor(private readonly parts: RunBuildParts) {}

  async execute(build: Build, signal: AbortSignal): Promise<void> {
    const { logs } = this.parts;
    const log = logs.writer(build.buildId);
    const started = Date.now();
    try {
      const planned = await this.parts.planner.plan(build.request.inputs, { refreshBase: false, signal });
      if (planned.identity !== build.identity) return await this.giveUp(build);
      for (const { message } of planned.warnings) log.line(`warning: ${message}`);
      const made = await this.make(planned, log.line, signal);
      log.line(`ready after ${((Date.now() - started) / 1000).toFixed(1)} s: ${planned.tag}`);
      await log.close();
      await this.succeed(build, made, (Date.now() - started) / 1000);
    } catch (error) {
      if (signal.aborted) {
        await log.close();
        return;
      }
      const data = toErrorData(error);
      log.line(`error: ${data.message}`);
      await log.close();
      await this.fail(build, error);
    } finally {
      logs.announceEnd(build.buildId);
    }
  }

  private async make(planned: PlannedEnvironment, onOutput: (line: string) => void, signal: AbortSignal) {
    const { engine, settings } = this.parts;
    const made = await buildEnvironmentImage(engine, planned.stages, {
      onOutput,
      signal,
      secrets: await planned.secrets(),
      proxies: proxies(settings),
      useBuildKit: settings.AML_BUILDER === 'auto',
      ...(settings.AML_BUILD_NETWORK === undefined ? {} : { networkMode: settings.AML_BUILD_NETWORK }),
    });
    const image = await engine.images.inspect(made.tag, { signal });
    return {
      image: made.tag,
      imageId: made.imageId,
      sizeBytes: image?.sizeBytes ?? 0,
      lock: environmentLock(await readLock(engine, made.tag, signal), planned.definition),
    };
  }

  private async succeed(
    build: Build,
    made: Awaited<ReturnType<RunBuild['make']>>,
    seconds: number,
  ): Promise<void> {
    const { transactions, environments } = this.parts;
    await transactions.run(async (unit) => {
      await endBuild(unit, build, 'ready');
      await environments.ready(unit.manager, build.identity, build.engine, { ...made, seconds });
      await unit.manager.query(
        `UPDATE environment_request SET state = 'waiting' WHERE build_id = $1 AND state = 'building'`,
        [build.buildId],
      );
    });
    this.parts.onMade(build.identity, build.engine);
  }

  private async fail(build: Build, thrown: unknown): Promise<void> {
    const { transactions, environments } = this.parts;
    const error = toErrorData(thrown);
    await transactions.run(async (unit) => {
      await endBuild(unit, build, 'failed');
      await environments.failed(unit.manager, build.identity, build.engine, error);
      const rows = (await unit.manager.query(
        `SELECT request FROM environment_request WHERE build_id = $1 AND state = 'building' FOR UPDATE`,
        [build.buildId],
      )) as { request: EnvironmentRequest }[];
      const { identity, buildId } = build;
      const waiting = rows.map(({ request }) => request);
      await answerFailed(unit, waiting, { error, identity, buildId });
    });
  }

  /** The settings are others than when the build was asked for: its requests are decided anew. */
  private async giveUp(build: Build): Promise<void> {
    await this.parts.transactions.run(async (unit) => {
      await endBuild(unit, build, 'failed');
      await unit.manager.query(
        `UPDATE environment SET status = 'failed' WHERE identity = $1 AND engine = $2 AND status = 'building'`,
        [build.identity, build.engine],
      );
      await unit.manager.query(
        `UPDATE environment_request SET state = 'waiting', build_id = NULL WHERE build_id = $1 AND state = 'building'`,
        [build.buildId],
      );
    });
    this.parts.onMade(build.identity, build.engine);
  }
}

/** From here on nobody joins the build; who did is seen by the statements that follow. */
async function endBuild(unit: UnitOfWork, build: Build, status: 'ready' | 'failed'): Promise<void> {
  await unit.manager.query('UPDATE build SET status = $2, ended_at = now() WHERE build_id = $1', [
    build.buildId,
    status,
  ]);
}
