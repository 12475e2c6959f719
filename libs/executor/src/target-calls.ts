import { AppError, toAppError } from '@aml/errors';
import type { RunState } from '@aml/run-model';
import type { DriverContext } from '@aml/targets';
import type { Clock } from './clock';
import type { ControlLog } from './control-log';
import type { ExecutorSettings } from './executor-settings';
import { keepTrying } from './keep-trying';
import type { LeaseKeeper } from './lease-keeper';
import type { RunReports } from './run-reports';

/** Thrown when a target has been out of reach for longer than the patience setting. */
export class PatienceExceeded extends AppError {
  constructor(
    readonly lastSeen: number,
    cause: AppError,
  ) {
    super({
      code: 'target-not-responding',
      message: `the target has been out of reach since ${new Date(lastSeen).toISOString()}: ${cause.message}`,
      hint: cause.hint,
      blame: 'target',
      cause,
    });
  }
}

/**
 * Questions to a target. While it cannot be reached the run is `NotResponding`, with when it was last seen, and the
 * question is asked again; when it answers, the run is again what it was.
 */
export class TargetCalls {
  private lastSeen: number;
  private before: RunState | undefined;

  constructor(
    private readonly reports: RunReports,
    private readonly control: ControlLog,
    private readonly lease: LeaseKeeper,
    private readonly clock: Clock,
    private readonly settings: ExecutorSettings,
  ) {
    this.lastSeen = clock.now();
  }

  /** One question, answered within a deadline, or an error. */
  async ask<Result>(
    question: string,
    work: (context: DriverContext) => Promise<Result>,
    options: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<Result> {
    const deadlineMs = options.deadlineMs ?? this.settings.callDeadlineMs;
    const call = new AbortController();
    const unlink = [this.lease.signal, options.signal].map((signal) => follow(signal, call));
    const aborted = new Promise<never>((_resolve, reject) => {
      call.signal.addEventListener('abort', () => reject(call.signal.reason as Error), { once: true });
      if (call.signal.aborted) reject(call.signal.reason as Error);
    });
    aborted.catch(() => undefined);
    const timer = new AbortController();
    void this.clock.sleep(deadlineMs, timer.signal).then(
      () => call.abort(deadlineExceeded(question, deadlineMs)),
      () => undefined,
    );
    try {
      call.signal.throwIfAborted();
      const context: DriverContext = { signal: call.signal, note: (line) => this.control.note(line) };
      // A driver that does not heed its signal must not hold up the run.
      return await Promise.race([work(context), aborted]);
    } finally {
      timer.abort();
      unlink.forEach((end) => end());
    }
  }

  /** A question that is repeated while the target cannot be reached. @throws PatienceExceeded, and what is no matter of reach. */
  async insist<Result>(
    question: string,
    work: (context: DriverContext) => Promise<Result>,
    options: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<Result> {
    const result = await keepTrying(() => this.ask(question, work, options), {
      clock: this.clock,
      settings: this.settings,
      signal: this.lease.signal,
      onFailure: (error) => {
        options.signal?.throwIfAborted();
        if (!this.lease.sift(error).retryable) throw error;
        if (error.blame === 'target') this.unreachable(question, error);
        else this.control.note(`cannot ${question} yet: ${error.message}`);
      },
    });
    this.reached();
    return result;
  }

  private unreachable(question: string, error: AppError): void {
    if (this.clock.now() - this.lastSeen > this.settings.patienceMs) {
      throw new PatienceExceeded(this.lastSeen, error);
    }
    if (this.reports.state === 'NotResponding') return;
    this.control.note(`cannot ${question}: ${error.message}`);
    this.before = this.reports.state;
    this.reports.changeState('NotResponding', {
      reason: `the target cannot be reached: ${error.message}`,
      evidence: 'unreachable',
      lastSeen: new Date(this.lastSeen).toISOString(),
    });
  }

  private reached(): void {
    this.lastSeen = this.clock.now();
    const { before } = this;
    if (this.reports.state !== 'NotResponding' || before === undefined) return;
    this.before = undefined;
    this.control.note('the target answers again');
    this.reports.changeState(before, { reason: 'the target answers again' });
  }
}

/** True for an error that says nothing about the run. */
export function isOutOfReach(error: unknown): boolean {
  const { retryable, blame } = toAppError(error);
  return retryable && blame === 'target';
}

/** Aborts `call` when `signal` is aborted, until the returned function is called. */
function follow(signal: AbortSignal | undefined, call: AbortController): () => void {
  const abort = (): void => call.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return () => signal?.removeEventListener('abort', abort);
}

function deadlineExceeded(question: string, milliseconds: number): AppError {
  return new AppError({
    code: 'target-deadline-exceeded',
    message: `could not ${question} within ${milliseconds / 1000} s`,
    retryable: true,
    blame: 'target',
  });
}
