import { environmentRequestedV1, type RunSpecification } from '@aml/contracts';
import type { UnitOfWork } from '@aml/messaging';
import { randomUUID } from 'node:crypto';
import { changeState, finishRun } from '../storage/change-run';
import { DispatchedRunEntity } from '../storage/dispatched-run.entity';

/** Which runs share places: those on one machine by one way of running. */
export function targetKeyOf({ target, client }: RunSpecification): string {
  return `${target.kind}@${target.address?.host ?? client.machine}`;
}

/** Takes a run in: to the queue, and where it needs an environment, asks for that first. A cancel that was faster ends it here. */
export async function queueRun(
  unit: UnitOfWork,
  specification: RunSpecification,
  places: number,
): Promise<void> {
  const { runId, environment, target } = specification;
  const run = Object.assign(new DispatchedRunEntity(), {
    runId,
    projectId: specification.projectId,
    targetKey: targetKeyOf(specification),
    state: 'NotStarted' as const,
    reason: 'accepted',
    final: false,
    ready: environment === null,
    specification,
    requestId: environment === null ? null : randomUUID(),
    image: null,
    handle: null,
    leaseOwner: null,
    leaseUntil: null,
    fence: 0,
    cancelRequestedAt: null,
    cleanedAt: null,
  });
  await unit.manager.save(run, { reload: false });
  const [early] = (await unit.manager.query('DELETE FROM early_cancel WHERE run_id = $1 RETURNING run_id', [
    runId,
  ])) as [unknown[]];
  if (early.length > 0) {
    const why = { reason: 'canceled before it was queued', evidence: 'never-started' };
    return finishRun(unit, run, { status: 'Canceled', why, error: null });
  }
  await changeState(unit, run, 'Queued', { reason: `waiting for one of ${places} places on ${target.name}` });
  if (environment === null || run.requestId === null) return;
  await changeState(unit, run, 'Preparing', { reason: 'waiting for its environment' });
  unit.publish(environmentRequestedV1, {
    requestId: run.requestId,
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
