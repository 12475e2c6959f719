import { EventEmitter, once } from 'node:events';

/** Wakes whoever waits for work or for a cancel in this process; others look again after a while. */
export class LeaseSignals {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  workArrived(): void {
    this.emitter.emit('work');
  }

  /** Resolves when work may have arrived, at the latest after `milliseconds`. */
  async nextWork(milliseconds: number): Promise<void> {
    await once(this.emitter, 'work', { signal: AbortSignal.timeout(milliseconds) }).catch(() => undefined);
  }

  cancelRequested(runId: string): void {
    this.emitter.emit(`cancel ${runId}`);
  }

  onCancel(runId: string, wake: () => void): () => void {
    this.emitter.on(`cancel ${runId}`, wake);
    return () => this.emitter.off(`cancel ${runId}`, wake);
  }
}
