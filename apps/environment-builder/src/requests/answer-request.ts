import { environmentBuildingV1, environmentFailedV1, environmentReadyV1 } from '@aml/contracts';
import { readLock, type DockerEngine, type ImageInfo } from '@aml/docker-client';
import { AppError, toAppError } from '@aml/errors';
import type { Transactions, UnitOfWork } from '@aml/messaging';
import { randomUUID } from 'node:crypto';
import { environmentLock } from '../build/environment-lock';
import type { EnvironmentRequest } from '../build/run-build';
import type { EnvironmentPlanner, PlannedEnvironment } from '../plan/environment-planner';
import type { EnvironmentStore } from '../storage/environment-store';

/** Decides a request: there already, refused, or to be built, once however many ask. */
export class AnswerRequest {
  constructor(
    private readonly transactions: Transactions,
    private readonly engine: DockerEngine,
    private readonly planner: EnvironmentPlanner,
    private readonly environments: EnvironmentStore,
  ) {}

  async execute(request: EnvironmentRequest, signal: AbortSignal): Promise<void> {
    const started = Date.now();
    try {
      const planned = await this.planner.plan(request.inputs, { refreshBase: request.refreshBase, signal });
      const image = await this.engine.images.inspect(planned.tag, { signal });
      if (image) await this.reuse(request, planned, image, started);
      else if (request.buildAllowed) await this.build(request, planned);
      else throw notPrepared(request);
    } catch (error) {
      if (!signal.aborted) await this.refuse(request, toAppError(error));
    }
  }

  private async reuse(
    request: EnvironmentRequest,
    planned: PlannedEnvironment,
    image: ImageInfo,
    started: number,
  ): Promise<void> {
    const known = await this.environments.find(planned.identity, request.engine);
    const lock = known?.lock ?? environmentLock(await readLock(this.engine, planned.tag), planned.definition);
    await this.transactions.run(async (unit) => {
      if (known?.status !== 'ready' && known?.status !== 'building') {
        await this.begin(unit, request, planned, known?.buildId ?? null);
        await this.environments.ready(unit.manager, planned.identity, request.engine, {
          image: planned.tag,
          imageId: image.id,
          sizeBytes: image.sizeBytes,
          seconds: null,
          lock,
        });
      }
      await this.environments.touch(
        unit.manager,
        planned.identity,
        request.engine,
        request.projectName,
        request.runId,
      );
      const seconds = (Date.now() - started) / 1000;
      await unit.manager.query(
        `UPDATE environment_request SET state = 'ready', identity = $2, image = $3, reused = true, seconds = $4, warnings = $5 WHERE request_id = $1`,
        [request.requestId, planned.identity, planned.tag, seconds, JSON.stringify(messages(planned))],
      );
      unit.publish(environmentReadyV1, {
        requestId: request.requestId,
        runId: request.runId,
        identity: planned.identity,
        engine: request.engine,
        image: planned.tag,
        imageId: image.id,
        buildId: null,
        reused: true,
        seconds,
        lock,
        warnings: messages(planned),
      });
    });
  }

  private async build(request: EnvironmentRequest, planned: PlannedEnvironment): Promise<void> {
    await this.transactions.run(async (unit) => {
      const fresh = randomUUID();
      await unit.manager.query(
        `INSERT INTO build (build_id, identity, engine, request, status) VALUES ($1, $2, $3, $4, 'building')
         ON CONFLICT (identity, engine) WHERE status = 'building' DO NOTHING`,
        [fresh, planned.identity, request.engine, JSON.stringify(request)],
      );
      const rows = (await unit.manager.query(
        `SELECT build_id FROM build WHERE identity = $1 AND engine = $2 AND status = 'building'`,
        [planned.identity, request.engine],
      )) as {
        build_id: string;
      }[];
      const buildId = rows[0]?.build_id ?? fresh;
      const known = await this.environments.find(planned.identity, request.engine);
      await this.begin(unit, request, planned, buildId);
      await unit.manager.query(
        `UPDATE environment_request SET state = 'building', identity = $2, build_id = $3 WHERE request_id = $1`,
        [request.requestId, planned.identity, buildId],
      );
      unit.publish(environmentBuildingV1, {
        requestId: request.requestId,
        runId: request.runId,
        identity: planned.identity,
        buildId,
        expectedSeconds: known?.buildSeconds ?? null,
      });
    });
  }

  private begin(
    unit: UnitOfWork,
    request: EnvironmentRequest,
    planned: PlannedEnvironment,
    buildId: string | null,
  ): Promise<void> {
    return this.environments.begin(unit.manager, {
      identity: planned.identity,
      engine: request.engine,
      definition: planned.definition,
      inputs: request.inputs,
      project: request.projectName,
      buildId,
      warnings: messages(planned),
    });
  }

  private async refuse(request: EnvironmentRequest, error: AppError): Promise<void> {
    await this.transactions.run(async (unit) => {
      await unit.manager.query(
        `UPDATE environment_request SET state = 'failed', error = $2 WHERE request_id = $1`,
        [request.requestId, JSON.stringify(error.toData())],
      );
      unit.publish(environmentFailedV1, {
        requestId: request.requestId,
        runId: request.runId,
        identity: null,
        buildId: null,
        error: error.toData(),
      });
    });
  }
}

function messages(planned: PlannedEnvironment): string[] {
  return planned.warnings.map(({ message }) => message);
}

function notPrepared(request: EnvironmentRequest): AppError {
  return new AppError({
    code: 'environment-not-prepared',
    message: `the environment of ${request.configuration} is not prepared on ${request.engine}, and its run configuration says PrepareEnvironment: false`,
    hint: `aml experiment prepare -c ${request.configuration}`,
    blame: 'user',
  });
}
