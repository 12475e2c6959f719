import type { ResultOf, dispatcherApi } from '@aml/contracts';
import { AppError } from '@aml/errors';
import type { Transactions } from '@aml/messaging';
import { parseRunId } from '@aml/run-model';
import type { LeaseSignals } from '../execute/lease-signals';
import { changeState, finishRun, lockRun, lockRunId } from '../storage/change-run';

type Answer = ResultOf<typeof dispatcherApi.endpoints.cancelRun>;

/** Takes the wish that a run end. A run that was never begun is canceled at once; others by whoever follows them. */
export class CancelRun {
  constructor(
    private readonly transactions: Transactions,
    private readonly signals: LeaseSignals,
  ) {}

  /** @throws AppError `run-final` where there is nothing left to cancel, `run-id-malformed`. */
  async execute(typed: string): Promise<Answer> {
    const runId = parseRunId(typed);
    const answer = await this.transactions.run<Answer>(async (unit) => {
      await lockRunId(unit, runId);
      const run = await lockRun(unit, runId);
      if (!run) {
        await unit.manager.query('INSERT INTO early_cancel (run_id) VALUES ($1) ON CONFLICT DO NOTHING', [
          runId,
        ]);
        return {
          runId,
          state: 'CancelRequested',
          message: 'the run is not known here yet; it is canceled when it arrives',
        };
      }
      if (run.final) {
        throw new AppError({
          code: 'run-final',
          message: `the run ${runId} is ${run.state}: there is nothing to cancel`,
          hint: `aml history info -r ${runId}`,
          blame: 'user',
        });
      }
      if (run.cancelRequestedAt === null) {
        await unit.manager.query('UPDATE dispatched_run SET cancel_requested_at = now() WHERE run_id = $1', [
          runId,
        ]);
      }
      if (run.fence === 0) {
        const why = { reason: 'canceled before it was started', evidence: 'never-started' };
        await finishRun(unit, run, { status: 'Canceled', why, error: null });
        return { runId, state: 'Canceled', message: 'the run was never started' };
      }
      if (run.state !== 'CancelRequested')
        await changeState(unit, run, 'CancelRequested', { reason: 'asked for', evidence: 'request' });
      return {
        runId,
        state: 'CancelRequested',
        message: 'the run is being ended; it is Canceled when every process of it is seen to be gone',
      };
    });
    this.signals.cancelRequested(runId);
    return answer;
  }
}
