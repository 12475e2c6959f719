import type { EntityManager } from '@aml/database';
import { AppError } from '@aml/errors';
import { RunEntity } from './run.entity';

/** What a reader of an unknown run is told. */
export function unknownRun(runId: string): AppError {
  return new AppError({
    code: 'run-unknown',
    message: `there is no run ${JSON.stringify(runId)} in the history`,
    hint: 'aml history list',
    blame: 'user',
  });
}

/**
 * The run, locked for the rest of the transaction, for a writer that holds a lease.
 * @throws AppError `run-unknown`; `lease-lost` where a writer with a higher fence was here.
 */
export async function lockRun(manager: EntityManager, runId: string, fence: number): Promise<RunEntity> {
  const run = await manager.findOne(RunEntity, { where: { runId }, lock: { mode: 'pessimistic_write' } });
  if (!run) throw unknownRun(runId);
  if (fence < run.fence) {
    throw new AppError({
      code: 'lease-lost',
      message: `the lease ${fence} of ${runId} was taken over by ${run.fence}`,
    });
  }
  if (fence > run.fence) await manager.update(RunEntity, { runId }, { fence });
  return run;
}
