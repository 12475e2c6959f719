import {
  runFinishedV1,
  runStateChangedV1,
  type ErrorBody,
  type EventData,
  type StateEvidence,
} from '@aml/contracts';
import { storableText } from '@aml/database';
import { AppError } from '@aml/errors';
import type { UnitOfWork } from '@aml/messaging';
import { mayFollow, transition, type FinalRunState, type RunState } from '@aml/run-model';
import { DispatchedRunEntity } from './dispatched-run.entity';

/** A run that this transaction has locked, or made. */
type ChangingRun = Pick<DispatchedRunEntity, 'runId' | 'state'>;
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
  throw leaseLost(runId, fence);
}

/** What the holder of an old lease is told, or of one of a run that is final. */
export function leaseLost(runId: string, fence: number): AppError {
  return new AppError({ code: 'lease-lost', message: `the lease ${fence} of ${runId} is over` });
}

/** Serializes what may be said about a run before it is known here with its arrival. */
export async function lockRunId(unit: UnitOfWork, runId: string): Promise<void> {
  await unit.manager.query('SELECT pg_advisory_xact_lock(hashtext($1), 3)', [runId]);
}

/** Changes the state and announces it. @throws AppError `run-transition-refused`. */
export async function changeState(
  unit: UnitOfWork,
  run: ChangingRun,
  to: RunState,
  why: StateEvidence,
  environment?: Environment,
): Promise<void> {
  const from = run.state;
  run.state = transition(from, to);
  await unit.manager.query('UPDATE dispatched_run SET state = $2, reason = $3 WHERE run_id = $1', [
    run.runId,
    to,
    storableText(why.reason),
  ]);
  announceState(unit, run.runId, from, to, why, environment);
}

/** Says that the state has changed, for a caller that writes it. */
export function announceState(
  unit: UnitOfWork,
  runId: string,
  from: RunState,
  to: RunState,
  why: StateEvidence,
  environment?: Environment,
): void {
  const at = new Date().toISOString();
  unit.publish(runStateChangedV1, { runId, from, to, at, why, ...(environment ? { environment } : {}) });
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
export async function finishRun(unit: UnitOfWork, run: ChangingRun, end: RunEnd): Promise<void> {
  if (!mayFollow(run.state, end.status) && mayFollow(run.state, 'Finalizing')) {
    await changeState(unit, run, 'Finalizing', { reason: 'the run is over' });
  }
  const from = run.state;
  run.state = transition(from, end.status);
  await unit.manager.query(
    'UPDATE dispatched_run SET state = $2, reason = $3, final = true, lease_owner = NULL, lease_until = NULL WHERE run_id = $1',
    [run.runId, end.status, storableText(end.why.reason)],
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
