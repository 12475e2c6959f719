import { environmentBuildingV1 } from '@aml/contracts';
import { toJsonb } from '@aml/database';
import { readLock, type DockerEngine, type ImageInfo } from '@aml/docker-client';
import { AppError, toAppError } from '@aml/errors';
import type { Transactions, UnitOfWork } from '@aml/messaging';
import { randomUUID } from 'node:crypto';
import { environmentLock } from '../build/environment-lock';
import type { EnvironmentPlanner, PlannedEnvironment } from '../plan/environment-planner';
import type { EnvironmentStore, StoredEnvironment } from '../storage/environment-store';
import { answerFailed, answerReady } from './answer';
import type { EnvironmentRequest, OpenRequest, RequestStore } from './request-store';

export interface DecideParts {
  readonly transactions: Transactions;
  readonly engine: DockerEngine;
  readonly planner: EnvironmentPlanner;
  readonly environments: EnvironmentStore;
  readonly requests: RequestStore;
}

/** The image was there and is gone again, or a build ended just now: look once more. */
class LookAgain extends Error {}

/** Decides requests with equal inputs together: there already, refused, or to be built, once however many ask. */
export class DecideRequests {
  constructor(private readonly parts: DecideParts) {}

  /** Until none with this key waits. */
  async execute(inputKey: string, signal: AbortSignal): Promise<void> {
    const started = Date.now();
    for (;;) {
      signal.throwIfAborted();
      const example = await this.parts.requests.example(inputKey);
      if (!example) return;
      try {
        const { request, buildId } = example;
        // Whoever waited for a build gets what was built, and not what the registry has by now.
        const refreshBase = request.refreshBase && buildId === null;
        const planned = await this.parts.planner.plan(request.inputs, { refreshBase, signal });
        while ((await this.decide(inputKey, request.engine, planned, started, signal)) > 0);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof LookAgain)) await this.refuseAll(inputKey, toAppError(error));
      }
    }
  }

  /** @returns how many were decided. */
  private async decide(
    inputKey: string,
    engine: string,
    planned: PlannedEnvironment,
    started: number,
    signal: AbortSignal,
  ): Promise<number> {
    const { identity, tag } = planned;
    const image = await this.parts.engine.images.inspect(tag, { signal });
    const known = await this.parts.environments.find(identity, engine);
    const lock = image && (known?.lock ?? (await this.readLock(planned)));
    return this.parts.transactions.run(async (unit) => {
      // Whoever removes images holds this lock too: an image that is seen here stays until its use is noted.
      await this.parts.environments.lock(unit.manager, identity, engine);
      if (image && !(await this.parts.engine.images.inspect(tag, { signal }))) throw new LookAgain();
      const open = await this.parts.requests.take(unit.manager, inputKey);
      if (open.length === 0) return 0;
      if (image && lock) {
        const seconds = (Date.now() - started) / 1000;
        await this.reuse(unit, open, planned, { image, known, lock, seconds });
      } else {
        await this.build(unit, open, planned, known);
      }
      return open.length;
    });
  }

  private async reuse(
    unit: UnitOfWork,
    open: readonly OpenRequest[],
    planned: PlannedEnvironment,
    found: {
      image: ImageInfo;
      known: StoredEnvironment | undefined;
      lock: ReturnType<typeof environmentLock>;
      seconds: number;
    },
  ): Promise<void> {
    const { environments } = this.parts;
    const { identity, tag } = planned;
    const { image, known, lock } = found;
    const engine = open[0]?.request.engine ?? '';
    if (known?.status !== 'ready') {
      await environments.begin(unit.manager, started(planned, open, known?.buildId ?? null));
      await environments.ready(unit.manager, identity, engine, {
        image: tag,
        imageId: image.id,
        sizeBytes: image.sizeBytes,
        seconds: null,
        lock,
      });
    }
    const requests = open.map(({ request }) => request);
    await environments.touch(unit.manager, identity, engine, {
      projects: requests.map(({ projectName }) => projectName),
      runs: requests.flatMap(({ runId }) => (runId === null ? [] : [runId])),
    });
    const isNew = open.some(({ buildId }) => buildId !== null);
    await answerReady(unit, open, {
      identity,
      image: tag,
      imageId: image.id,
      seconds: (isNew ? known?.buildSeconds : undefined) ?? found.seconds,
      lock,
      warnings: messages(planned),
    });
  }

  private async build(
    unit: UnitOfWork,
    open: readonly OpenRequest[],
    planned: PlannedEnvironment,
    known: StoredEnvironment | undefined,
  ): Promise<void> {
    const allowed = open.filter(({ request }) => request.buildAllowed);
    const refused = open.filter(({ request }) => !request.buildAllowed).map(({ request }) => request);
    for (const request of refused) {
      const error = notPrepared(request).toData();
      await answerFailed(unit, [request], { error, identity: planned.identity, buildId: null });
    }
    const first = allowed[0]?.request;
    if (!first) return;
    const buildId = await joinBuild(unit, planned.identity, first);
    await this.parts.environments.begin(unit.manager, started(planned, allowed, buildId));
    await unit.manager.query(
      `UPDATE environment_request SET state = 'building', identity = $2, build_id = $3 WHERE request_id = ANY($1)`,
      [allowed.map(({ request }) => request.requestId), planned.identity, buildId],
    );
    for (const { request } of allowed) {
      unit.publish(environmentBuildingV1, {
        requestId: request.requestId,
        runId: request.runId,
        identity: planned.identity,
        buildId,
        expectedSeconds: known?.buildSeconds ?? null,
      });
    }
  }

  private async refuseAll(inputKey: string, error: AppError): Promise<void> {
    const { transactions, requests } = this.parts;
    const refuse = (): Promise<number> =>
      transactions.run(async (unit) => {
        const open = await requests.take(unit.manager, inputKey);
        const refused = open.map(({ request }) => request);
        await answerFailed(unit, refused, { error: error.toData(), identity: null, buildId: null });
        return open.length;
      });
    while ((await refuse()) > 0);
  }

  private async readLock({
    tag,
    definition,
  }: PlannedEnvironment): Promise<ReturnType<typeof environmentLock>> {
    return environmentLock(await readLock(this.parts.engine, tag), definition);
  }
}

/** The build of this environment that goes on, else a new one. It cannot end before this transaction does, so it answers who joins it. */
async function joinBuild(unit: UnitOfWork, identity: string, request: EnvironmentRequest): Promise<string> {
  await unit.manager.query(
    `INSERT INTO build (build_id, identity, engine, request, status) VALUES ($1, $2, $3, $4, 'building')
     ON CONFLICT (identity, engine) WHERE status = 'building' DO NOTHING`,
    [randomUUID(), identity, request.engine, toJsonb(request)],
  );
  const rows = (await unit.manager.query(
    `SELECT build_id FROM build WHERE identity = $1 AND engine = $2 AND status = 'building' FOR SHARE`,
    [identity, request.engine],
  )) as { build_id: string }[];
  if (!rows[0]) throw new LookAgain();
  return rows[0].build_id;
}

function started(planned: PlannedEnvironment, open: readonly OpenRequest[], buildId: string | null) {
  const requests = open.map(({ request }) => request);
  return {
    identity: planned.identity,
    engine: requests[0]?.engine ?? '',
    definition: planned.definition,
    inputs: requests[0]?.inputs,
    projects: requests.map(({ projectName }) => projectName),
    buildId,
    warnings: messages(planned),
  };
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
