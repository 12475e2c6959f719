import {
  environmentFailedV1,
  environmentReadyV1,
  type EventData,
  type environmentRequestedV1,
} from '@aml/contracts';
import { buildEnvironmentImage, readLock, type DockerEngine } from '@aml/docker-client';
import { toErrorData } from '@aml/errors';
import type { Transactions, UnitOfWork } from '@aml/messaging';
import type { EnvironmentPlanner, PlannedEnvironment } from '../plan/environment-planner';
import { proxies } from '../plan/environment-settings';
import type { EnvironmentBuilderSettings } from '../settings';
import type { EnvironmentStore } from '../storage/environment-store';
import type { BuildLogStore } from './build-log-store';
import { environmentLock } from './environment-lock';

export type EnvironmentRequest = EventData<typeof environmentRequestedV1>;

export interface Build {
  readonly buildId: string;
  readonly identity: string;
  readonly engine: string;
  readonly request: EnvironmentRequest;
}

export interface RunBuildParts {
  readonly transactions: Transactions;
  readonly engine: DockerEngine;
  readonly planner: EnvironmentPlanner;
  readonly environments: EnvironmentStore;
  readonly logs: BuildLogStore;
  readonly settings: EnvironmentBuilderSettings;
}

interface WaitingRequest {
  readonly request_id: string;
  readonly run_id: string | null;
  readonly request: EnvironmentRequest;
}

/** Makes one environment and answers every request that waits for it. */
export class RunBuild {
  constructor(private readonly parts: RunBuildParts) {}

  async execute(build: Build, signal: AbortSignal): Promise<void> {
    const { logs } = this.parts;
    const log = logs.writer(build.buildId);
    const started = Date.now();
    try {
      const planned = await this.parts.planner.plan(build.request.inputs, { refreshBase: false, signal });
      for (const { message } of planned.warnings) log.line(`warning: ${message}`);
      const made = await this.make(planned, log.line, signal);
      log.line(`ready after ${((Date.now() - started) / 1000).toFixed(1)} s: ${planned.tag}`);
      await log.close();
      await this.succeed(build, planned, made, (Date.now() - started) / 1000);
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
    planned: PlannedEnvironment,
    made: Awaited<ReturnType<RunBuild['make']>>,
    seconds: number,
  ): Promise<void> {
    const { transactions, environments } = this.parts;
    await transactions.run(async (unit) => {
      await environments.ready(unit.manager, build.identity, build.engine, { ...made, seconds });
      for (const waiting of await this.endBuild(unit, build, 'ready')) {
        await environments.touch(
          unit.manager,
          build.identity,
          build.engine,
          waiting.request.projectName,
          waiting.run_id,
        );
        await unit.manager.query(
          `UPDATE environment_request SET state = 'ready', image = $2, seconds = $3, warnings = $4 WHERE request_id = $1`,
          [
            waiting.request_id,
            made.image,
            seconds,
            JSON.stringify(planned.warnings.map(({ message }) => message)),
          ],
        );
        unit.publish(environmentReadyV1, {
          requestId: waiting.request_id,
          runId: waiting.run_id,
          identity: build.identity,
          engine: build.engine,
          image: made.image,
          imageId: made.imageId,
          buildId: build.buildId,
          reused: false,
          seconds,
          lock: made.lock,
          warnings: planned.warnings.map(({ message }) => message),
        });
      }
    });
  }

  private async fail(build: Build, thrown: unknown): Promise<void> {
    const { transactions, environments } = this.parts;
    const error = toErrorData(thrown);
    await transactions.run(async (unit) => {
      await environments.failed(unit.manager, build.identity, build.engine, error);
      for (const waiting of await this.endBuild(unit, build, 'failed')) {
        await unit.manager.query(
          `UPDATE environment_request SET state = 'failed', error = $2 WHERE request_id = $1`,
          [waiting.request_id, JSON.stringify(error)],
        );
        unit.publish(environmentFailedV1, {
          requestId: waiting.request_id,
          runId: waiting.run_id,
          identity: build.identity,
          buildId: build.buildId,
          error,
        });
      }
    });
  }

  private async endBuild(
    unit: UnitOfWork,
    build: Build,
    status: 'ready' | 'failed',
  ): Promise<WaitingRequest[]> {
    await unit.manager.query('UPDATE build SET status = $2, ended_at = now() WHERE build_id = $1', [
      build.buildId,
      status,
    ]);
    return (await unit.manager.query(
      `SELECT request_id, run_id, request FROM environment_request WHERE build_id = $1 AND state = 'building' FOR UPDATE`,
      [build.buildId],
    )) as WaitingRequest[];
  }
}
