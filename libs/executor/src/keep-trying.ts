import { toAppError, type AppError } from '@aml/errors';
import type { Clock } from './clock';
import type { ExecutorSettings } from './executor-settings';

/** How to go on after a failure. */
export interface Persistence {
  readonly clock: Clock;
  readonly settings: ExecutorSettings;
  readonly signal: AbortSignal;
  /** Called with every failure; what it throws ends the trying. */
  readonly onFailure: (error: AppError, attempt: number) => void | Promise<void>;
}

/** Repeats `work` with growing pauses until it succeeds, `onFailure` throws, or the signal is aborted. */
export async function keepTrying<Result>(work: () => Promise<Result>, how: Persistence): Promise<Result> {
  const { retryFirstMs, retryLastMs } = how.settings;
  for (let attempt = 1, pause = retryFirstMs; ; attempt += 1, pause = Math.min(pause * 2, retryLastMs)) {
    how.signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      how.signal.throwIfAborted();
      await how.onFailure(toAppError(error), attempt);
    }
    await how.clock.sleep(pause, how.signal);
  }
}
