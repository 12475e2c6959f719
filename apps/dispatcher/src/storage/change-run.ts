import {
  runFinishedV1,
  runStateChangedV1,
  type ErrorBody,
  type EventData,
  type StateEvidence,
} from '@aml/contracts';
import { AppError } from '@aml/errors';
import type { UnitOfWork } from '@aml/messaging';
import { mayFollow, transition, type FinalRunState, type RunState } from '@aml/run-model';
import { DispatchedRunEntity } from './dispatched-run.entity';

type Environment = EventData<typeof runStateChangedV1>['environment'];

/** The run, locked for the rest of the transaction; undefined where it is not known here. */
export function lockRun(unit: UnitOfWork, runId: string): Promise<DispatchedRunEntity | null> {
  return unit.manager.findOne(DispatchedRunEntity, { where: { runId }, lock: { mode: 'pessimistic_write' } });
}

/** The run, locked, for the holder of its lease. @throws AppError `lease-lost`. */
export async function lockLeased(
  unit: UnitOfWork,
  runId: string,
  fence: number,
): Promise<DispatchedRunEntity> {
  const run = await lockRun(unit, runId);
  if (run && run.fence === fence && !run.final) return run;
  throw new AppError({
    code: 'lease-lost',
    message: run
      ? `the lease ${fence} of ${runId} is over (now ${run.fence}${run.final ? ', final' : ''})`
      : `there is no run ${runId}`,
  });
}

/** Changes the state and announces it. @throws AppError `run-transition-refused`. */
export async function changeState(
  unit: UnitOfWork,
  run: DispatchedRunEntity,
  to: RunState,
  why: StateEvidence,
  environment?: Environment,
): Promise<void> {
  const from = run.state;
  run.state = transition(from, to);
  run.reason = why.reason;
  await unit.manager.query('UPDATE dispatched_run SET state = $2, reason = $3 WHERE run_id = $1', [
    run.runId,
    to,
    why.reason,
  ]);
  unit.publish(runStateChangedV1, {
    runId: run.runId,
    from,
    to,
    at: new Date().toISOString(),
    why,
    ...(environment ? { environment } : {}),
  });
}

export interface RunEnd {
  readonly status: FinalRunState;
  readonly why: StateEvidence;
  readonly error: ErrorBody | null;
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  readonly scriptStartedAt?: string | null;
  readonly scriptEndedAt?: string | null;
  readonly durationSeconds?: number | null;
  readonly warnings?: readonly string[];
}

/** The last word about a run. */
export async function finishRun(unit: UnitOfWork, run: DispatchedRunEntity, end: RunEnd): Promise<void> {
  if (!mayFollow(run.state, end.status) && mayFollow(run.state, 'Finalizing')) {
    await changeState(unit, run, 'Finalizing', { reason: 'the run is over' });
  }
  const from = run.state;
  run.state = transition(from, end.status);
  run.final = true;
  await unit.manager.query(
    'UPDATE dispatched_run SET state = $2, reason = $3, final = true, lease_owner = NULL, lease_until = NULL WHERE run_id = $1',
    [run.runId, end.status, end.why.reason],
  );
  unit.publish(runFinishedV1, {
    runId: run.runId,
    from,
    status: end.status,
    at: new Date().toISOString(),
    why: end.why,
    exitCode: end.exitCode ?? null,
    signal: end.signal ?? null,
    error: end.error,
    scriptStartedAt: end.scriptStartedAt ?? null,
    scriptEndedAt: end.scriptEndedAt ?? null,
    durationSeconds: end.durationSeconds ?? null,
    warnings: [...(end.warnings ?? [])],
  });
}
