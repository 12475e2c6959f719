import { environmentRequestedV1, type RunSpecification } from '@aml/contracts';
import { toJsonb } from '@aml/database';
import type { UnitOfWork } from '@aml/messaging';
import type { RunState } from '@aml/run-model';
import { randomUUID } from 'node:crypto';
import { announceState, finishRun, lockRunId } from '../storage/change-run';

/** Which runs share places: those on one machine by one way of running. */
export function targetKeyOf({ target, client }: RunSpecification): string {
  return `${target.kind}@${target.address?.host ?? client.machine}`;
}

/** Takes a run in, once: to the queue, and where it needs an environment, asks for that first. A cancel that was faster ends it here. */
export async function queueRun(
  unit: UnitOfWork,
  specification: RunSpecification,
  places: number,
): Promise<void> {
  const { runId, environment, target } = specification;
  await lockRunId(unit, runId);
  const [early] = (await unit.manager.query('DELETE FROM early_cancel WHERE run_id = $1 RETURNING run_id', [
    runId,
  ])) as [unknown[]];
  const canceled = early.length > 0;
  const queued = { reason: `waiting for one of ${places} places on ${target.name}` };
  const preparing = { reason: 'waiting for its environment' };
  const requestId = environment === null ? null : randomUUID();
  const state = canceled ? 'NotStarted' : requestId === null ? 'Queued' : 'Preparing';
  const reason = requestId === null ? queued.reason : preparing.reason;
  if (!(await insertRun(unit, specification, { state, reason, requestId }))) return;
  if (canceled) {
    const why = { reason: 'canceled before it was queued', evidence: 'never-started' };
    return finishRun(unit, { runId, state }, { status: 'Canceled', why, error: null });
  }
  announceState(unit, runId, 'NotStarted', 'Queued', queued);
  if (environment === null || requestId === null) return;
  announceState(unit, runId, 'Queued', 'Preparing', preparing);
  unit.publish(environmentRequestedV1, {
    requestId,
    runId,
    projectId: specification.projectId,
    projectName: specification.projectName,
    configuration: specification.configuration.name,
    targetKind: target.kind,
    engine: target.address?.host ?? 'local',
    inputs: environment,
    buildAllowed: specification.prepareEnvironment,
    refreshBase: specification.refreshBase,
  });
}

/** @returns false where the run is known already. */
async function insertRun(
  unit: UnitOfWork,
  specification: RunSpecification,
  { state, reason, requestId }: { state: RunState; reason: string; requestId: string | null },
): Promise<boolean> {
  const rows = (await unit.manager.query(
    `INSERT INTO dispatched_run (run_id, project_id, target_key, state, reason, ready, specification, request_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING run_id`,
    [
      specification.runId,
      specification.projectId,
      targetKeyOf(specification),
      state,
      reason,
      requestId === null,
      toJsonb(specification),
      requestId,
    ],
  )) as unknown[];
  return rows.length > 0;
}
