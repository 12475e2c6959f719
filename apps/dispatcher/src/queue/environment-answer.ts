import type { environmentFailedV1, environmentReadyV1, EventData } from '@aml/contracts';
import type { UnitOfWork } from '@aml/messaging';
import { changeState, finishRun, lockRun } from '../storage/change-run';

/** The environment is there: the run waits for a place. */
export async function environmentReady(
  unit: UnitOfWork,
  data: EventData<typeof environmentReadyV1>,
  places: number,
): Promise<void> {
  const run = data.runId === null ? null : await lockRun(unit, data.runId);
  if (!run || run.final || run.requestId !== data.requestId) return;
  run.ready = true;
  run.image = { reference: data.image, id: data.imageId };
  await unit.manager.query('UPDATE dispatched_run SET ready = true, image = $2 WHERE run_id = $1', [
    run.runId,
    JSON.stringify(run.image),
  ]);
  if (run.state !== 'Preparing') return;
  const reason = `${data.reused ? 'environment reused' : 'environment built'}; waiting for one of ${places} places on ${run.specification.target.name}`;
  await changeState(
    unit,
    run,
    'Queued',
    { reason },
    { identity: data.identity, buildId: data.buildId, reused: data.reused },
  );
}

/** The environment cannot be had: the run ends before it started. */
export async function environmentFailed(
  unit: UnitOfWork,
  data: EventData<typeof environmentFailedV1>,
): Promise<void> {
  const run = data.runId === null ? null : await lockRun(unit, data.runId);
  if (!run || run.final || run.requestId !== data.requestId) return;
  await finishRun(unit, run, {
    status: run.state === 'CancelRequested' ? 'Canceled' : 'Failed',
    why: { reason: data.error.message, evidence: 'never-started' },
    error: data.error,
  });
}
