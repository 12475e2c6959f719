import type { EntityManager } from '@aml/database';
import { AppError } from '@aml/errors';

/** What a reader of an unknown run is told. */
export function unknownRun(runId: string): AppError {
  return new AppError({
    code: 'run-unknown',
    message: `there is no run ${JSON.stringify(runId)} in the history`,
    hint: 'aml history list',
    blame: 'user',
  });
}

/** What an executor is told that is faster than the event by which a record begins: it tries again. */
export function notRecordedYet(runId: string): AppError {
  return new AppError({
    code: 'run-not-recorded',
    message: `the record of ${runId} has not begun yet`,
    retryable: true,
  });
}

/**
 * Locks a run for the rest of the transaction, for a writer that holds a lease, and keeps the highest fence.
 * @throws AppError `run-not-recorded`; `lease-lost` where a writer with a higher fence was here.
 */
export async function lockRun(manager: EntityManager, runId: string, fence: number): Promise<void> {
  const rows = (await manager.query('SELECT fence FROM run WHERE run_id = $1 FOR NO KEY UPDATE', [
    runId,
  ])) as { fence: number }[];
  const [run] = rows;
  if (!run) throw notRecordedYet(runId);
  if (fence < run.fence) {
    throw new AppError({
      code: 'lease-lost',
      message: `the lease ${fence} of ${runId} was taken over by ${run.fence}`,
    });
  }
  if (fence > run.fence) await manager.query('UPDATE run SET fence = $2 WHERE run_id = $1', [runId, fence]);
}
