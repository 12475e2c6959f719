import { setMaxListeners } from 'node:events';
import { AppError, toAppError } from '@aml/errors';
import type { Clock } from './clock';
import type { RunWork, WorkSource } from './executor-ports';

/** Why an execution ends without having brought its run to an end. */
export class ExecutionAbandoned extends Error {
  constructor(readonly why: 'lease-lost' | 'stopped') {
    super(why);
    this.name = 'ExecutionAbandoned';
  }
}

/**
 * Renews the lease of a run for as long as it is worked on. `signal` is aborted when the lease is lost or the work is to
 * stop; `cancelSignal` when somebody wants the run to end.
 */
export class LeaseKeeper {
  private readonly ended = new AbortController();
  private readonly canceled = new AbortController();
  private readonly unwatch: (() => void) | undefined;
  private readonly stopWith: () => void;
  private readonly renewing: Promise<void>;

  constructor(
    private readonly source: WorkSource,
    private readonly work: RunWork,
    private readonly clock: Clock,
    private readonly everyMs: number,
    private readonly stop: AbortSignal,
  ) {
    for (const controller of [this.ended, this.canceled]) setMaxListeners(0, controller.signal);
    if (work.cancelRequested) this.canceled.abort();
    this.stopWith = () => this.abandon('stopped');
    if (stop.aborted) this.stopWith();
    stop.addEventListener('abort', this.stopWith, { once: true });
    this.unwatch = source.watchCancel?.(work.specification.runId, () => this.canceled.abort());
    this.renewing = this.renewUntilEnd();
  }

  get signal(): AbortSignal {
    return this.ended.signal;
  }

  get cancelSignal(): AbortSignal {
    return this.canceled.signal;
  }

  /** Every call of ours that is told that the lease is lost says so here. */
  abandon(why: ExecutionAbandoned['why']): void {
    this.ended.abort(new ExecutionAbandoned(why));
  }

  /** Returns the error, unless it says that the lease is lost: then that is thrown. */
  sift(error: unknown): AppError {
    const known = toAppError(error);
    if (known.code !== 'lease-lost') return known;
    this.abandon('lease-lost');
    throw this.ended.signal.reason;
  }

  async close(): Promise<void> {
    this.unwatch?.();
    this.stop.removeEventListener('abort', this.stopWith);
    this.abandon('stopped');
    await this.renewing;
  }

  private async renewUntilEnd(): Promise<void> {
    const { fence, specification } = this.work;
    while (!this.signal.aborted) {
      try {
        await this.clock.sleep(this.everyMs, this.signal);
        const { cancelRequested } = await this.source.renew(specification.runId, fence);
        if (cancelRequested) this.canceled.abort();
      } catch (error) {
        // Other failures change nothing yet: a lease that ran out meanwhile is noticed by its fence.
        if (error instanceof AppError && error.code === 'lease-lost') this.abandon('lease-lost');
      }
    }
  }
}
