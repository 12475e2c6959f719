import { AppError } from '@aml/errors';
import { EventEmitter } from 'node:events';

/** How long an executor's call waits for the record to begin before it is told to try again. */
const RECORD_BEGINS_MS = 2_000;

/** Wakes whoever waits for a change of a run, or of a build whose log it shares, in this process. */
export class RunSignals {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  changed(id: string): void {
    this.emitter.emit(id);
  }

  /** Listens from now on; to be closed. */
  listen(id: string): RunChanges {
    return new RunChanges(this.emitter, id);
  }

  /** Does the work of an executor that may be faster than the event by which the record begins. */
  async whenRecorded<Result>(runId: string, work: () => Promise<Result>): Promise<Result> {
    const changes = this.listen(runId);
    try {
      for (const deadline = Date.now() + RECORD_BEGINS_MS; ;) {
        try {
          return await work();
        } catch (error) {
          const early = error instanceof AppError && error.code === 'run-not-recorded';
          if (!early || Date.now() > deadline) throw error;
        }
        await changes.next(100);
      }
    } finally {
      changes.close();
    }
  }
}

/** The changes of some runs and builds; one that comes between two waits is not lost. */
export class RunChanges {
  private readonly ids = new Set<string>();
  private changed = false;
  private resolve: () => void = () => undefined;
  private readonly onChange = (): void => {
    this.changed = true;
    this.resolve();
  };

  constructor(
    private readonly emitter: EventEmitter,
    id: string,
  ) {
    this.add(id);
    this.changed = false;
  }

  /** Also this one; counts as a change, since it may have changed before. */
  add(id: string): void {
    if (this.ids.has(id)) return;
    this.ids.add(id);
    this.emitter.on(id, this.onChange);
    this.changed = true;
  }

  /** Resolves at the first change since the last call, at the latest after `milliseconds`. */
  async next(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (!this.changed && !signal?.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.resolve = () => {
          clearTimeout(timer);
          resolve();
        };
        signal?.addEventListener('abort', this.resolve, { once: true });
      }).finally(() => signal?.removeEventListener('abort', this.resolve));
    }
    this.changed = false;
  }

  close(): void {
    for (const id of this.ids) this.emitter.off(id, this.onChange);
  }
}
