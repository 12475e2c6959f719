import type { CancelProgress, RunHandle } from '@aml/targets';
import { toAppError } from '@aml/errors';
import type { Execution } from './execution';
import { PatienceExceeded } from './target-calls';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Asks for the end of a run again and again until it is proved gone; until then the run stays `CancelRequested` and says what is left. */
export async function cancelRun(execution: Execution, handle: RunHandle): Promise<CancelProgress> {
  const { driver, calls, reports, control, clock, settings, lease } = execution;
  control.note('a cancel was asked for');
  reports.changeState('CancelRequested', { reason: 'a cancel was asked for', evidence: 'request' });
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      const progress = await calls.insist('cancel the run', (context) => driver.cancel(handle, context), {
        deadlineMs: settings.longCallDeadlineMs,
      });
      control.note(`cancel: ${progress.phase}, ${progress.evidence}`);
      if (progress.phase === 'verified-gone') return progress;
      const left = progress.survivors.join(', ') || 'what is left is not known';
      const why = { reason: `not gone yet on ${handle.host}: ${left}`, details: { ...progress } };
      reports.changeState('CancelRequested', why, true);
    } catch (error) {
      lease.signal.throwIfAborted();
      if (error instanceof PatienceExceeded) throw error;
      control.note(`cannot cancel: ${toAppError(error).message}`);
    }
    await clock.sleep(pause, lease.signal);
  }
}
