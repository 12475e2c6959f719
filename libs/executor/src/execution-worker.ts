import { AppError, toAppError } from '@aml/errors';
import type { TargetKind } from '@aml/run-model';
import type { TargetDriver } from '@aml/targets';
import { systemClock } from './clock';
import { executeRun, type ExecuteRunDependencies, type ExecutionEnd } from './execute-run';
import type { RunWork } from './executor-ports';

export interface ExecutionWorkerDependencies extends Omit<ExecuteRunDependencies, 'driver' | 'signal'> {
  readonly drivers: ReadonlyMap<TargetKind, TargetDriver>;
  /** Names this worker in leases: unique, and new with every start. */
  readonly owner: string;
  /** Runs at once; default 100. How many run per target is for the source to decide. */
  readonly concurrency?: number;
  /** How long one question for work waits, in milliseconds; default 10,000. */
  readonly leaseWaitMs?: number;
  /** An error of ours in a run, or of the source while asking for work (then without a run). */
  readonly onError?: (error: AppError, runId: string | undefined) => void;
  readonly onEnd?: (runId: string, end: ExecutionEnd) => void;
}

/** Asks for work and executes it, many runs at once. An error in one run touches no other. */
export class ExecutionWorker {
  private readonly stopping = new AbortController();
  private readonly running = new Map<string, Promise<void>>();
  private loop: Promise<void> | undefined;
  private freed: (() => void) | undefined;

  constructor(private readonly dependencies: ExecutionWorkerDependencies) {}

  /** Runs that are being executed. */
  get active(): number {
    return this.running.size;
  }

  start(): void {
    this.loop ??= this.leaseUntilStopped();
  }

  /** Leaves every run as it is, to be taken over later. Resolves when nothing of this worker goes on. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.freed?.();
    await this.loop;
    await Promise.all(this.running.values());
  }

  private async leaseUntilStopped(): Promise<void> {
    const { source, owner, concurrency = 100, leaseWaitMs = 10_000, clock = systemClock } = this.dependencies;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (this.running.size >= concurrency) {
        await new Promise<void>((resolve) => (this.freed = resolve));
        continue;
      }
      try {
        const work = await this.orStopped(source.lease(owner, leaseWaitMs));
        if (work) this.begin(work);
      } catch (error) {
        if (signal.aborted) return;
        this.dependencies.onError?.(toAppError(error), undefined);
        await clock.sleep(1_000, signal).catch(() => undefined);
      }
    }
  }

  private begin(work: RunWork): void {
    const { runId } = work.specification;
    const before = this.running.get(runId) ?? Promise.resolve();
    const execution = before
      .then(() => this.execute(work))
      .then((end) => this.dependencies.onEnd?.(runId, end))
      .catch((error: unknown) => this.dependencies.onError?.(toAppError(error), runId))
      .finally(() => {
        if (this.running.get(runId) === execution) this.running.delete(runId);
        this.freed?.();
      });
    this.running.set(runId, execution);
  }

  private async execute(work: RunWork): Promise<ExecutionEnd> {
    const { drivers, ...dependencies } = this.dependencies;
    const { kind } = work.specification.target;
    const driver = drivers.get(kind);
    if (!driver) {
      throw new AppError({
        code: 'target-kind-unknown',
        message: `this executor has no driver for targets of kind ${kind}`,
      });
    }
    return executeRun(work, { ...dependencies, driver, signal: this.stopping.signal });
  }

  /** A lease that arrives after the stop is not begun; it runs out. */
  private orStopped<Result>(work: Promise<Result>): Promise<Result | undefined> {
    const { signal } = this.stopping;
    return new Promise((resolve, reject) => {
      const stop = (): void => resolve(undefined);
      signal.addEventListener('abort', stop, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    });
  }
}
