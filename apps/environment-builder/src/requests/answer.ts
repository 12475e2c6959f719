import {
  environmentFailedV1,
  environmentReadyV1,
  type EnvironmentLock,
  type ErrorBody,
} from '@aml/contracts';
import { toJsonb } from '@aml/database';
import type { UnitOfWork } from '@aml/messaging';
import type { EnvironmentRequest, OpenRequest } from './request-store';

export interface ReadyAnswer {
  readonly identity: string;
  readonly image: string;
  readonly imageId: string;
  /** Until the decision, or how long the build took. */
  readonly seconds: number;
  readonly lock: EnvironmentLock;
  readonly warnings: readonly string[];
}

/** The environment is there: for those that a build was made for it is new, for the others it is reused. */
export async function answerReady(
  unit: UnitOfWork,
  open: readonly OpenRequest[],
  { identity, image, imageId, seconds, lock, warnings }: ReadyAnswer,
): Promise<void> {
  await unit.manager.query(
    `UPDATE environment_request SET state = 'ready', identity = $2, image = $3, reused = build_id IS NULL, seconds = $4, warnings = $5
     WHERE request_id = ANY($1)`,
    [open.map(({ request }) => request.requestId), identity, image, seconds, toJsonb(warnings)],
  );
  for (const { request, buildId } of open) {
    unit.publish(environmentReadyV1, {
      requestId: request.requestId,
      runId: request.runId,
      identity,
      engine: request.engine,
      image,
      imageId,
      buildId,
      reused: buildId === null,
      seconds,
      lock,
      warnings: [...warnings],
    });
  }
}

/** The environment cannot be had. */
export async function answerFailed(
  unit: UnitOfWork,
  requests: readonly EnvironmentRequest[],
  { error, identity, buildId }: { error: ErrorBody; identity: string | null; buildId: string | null },
): Promise<void> {
  await unit.manager.query(
    `UPDATE environment_request SET state = 'failed', identity = coalesce($2, identity), error = $3 WHERE request_id = ANY($1)`,
    [requests.map(({ requestId }) => requestId), identity, toJsonb(error)],
  );
  for (const { requestId, runId } of requests)
    unit.publish(environmentFailedV1, { requestId, runId, identity, buildId, error });
}
