import { EventEmitter, once } from 'node:events';

/** Wakes followers of a run in this process; others find changes by looking again. */
export class RunSignals {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  changed(runId: string): void {
    this.emitter.emit(runId);
  }

  /** Resolves at the next change, at the latest after `milliseconds`. Call it before reading, await it after. */
  async next(runId: string, milliseconds: number, signal: AbortSignal): Promise<void> {
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
    await once(this.emitter, runId, { signal: timeout }).catch(() => undefined);
  }
}
