import { AppError } from '@aml/errors';
import type { RunWork, WorkSource } from '@aml/executor';
import type { RunHandle } from '@aml/targets';
import { Readable } from 'node:stream';

/** A queue of runs in memory, with what a dispatcher keeps of each. */
export class MemoryWorkSource implements WorkSource {
  readonly handles: RunHandle[] = [];
  readonly secrets: Record<string, string> = {};
  /** What the snapshot of every run holds. */
  snapshot = 'the snapshot';
  /** Snapshots that break off before the first that is whole. */
  interruptions = 0;
  renewals = 0;
  /** Absent, like everywhere that a cancel is only told by a renewal. */
  watchCancel?: NonNullable<WorkSource['watchCancel']>;
  /** Reports with a lower number are refused. */
  fence = 0;
  private readonly queue: RunWork[] = [];
  private readonly canceled = new Set<string>();

  add(work: RunWork): void {
    this.queue.push(work);
  }

  cancel(runId: string): void {
    this.canceled.add(runId);
  }

  async lease(_owner: string, _waitMs: number): Promise<RunWork | undefined> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.queue.shift();
  }

  async renew(runId: string, fence: number): Promise<{ cancelRequested: boolean }> {
    this.renewals += 1;
    this.hold(fence);
    return { cancelRequested: this.canceled.has(runId) };
  }

  async saveHandle(_runId: string, fence: number, handle: RunHandle): Promise<void> {
    this.hold(fence);
    this.handles.push(handle);
  }

  async openSnapshot(): Promise<Readable> {
    if (this.interruptions === 0) return Readable.from([Buffer.from(this.snapshot)]);
    this.interruptions -= 1;
    const broken = new Readable({ read: () => undefined });
    broken.push(Buffer.from('half of it'));
    setImmediate(() => broken.destroy(new Error('connection reset')));
    return broken;
  }

  async resolveSecrets(
    references: readonly string[],
    _runId: string,
    fence: number,
  ): Promise<Record<string, string>> {
    this.hold(fence);
    return Object.fromEntries(
      references.map((reference) => {
        const value = this.secrets[reference];
        if (value !== undefined) return [reference, value];
        throw new AppError({
          code: 'secret-unknown',
          message: `there is no secret "${reference}"`,
          blame: 'user',
        });
      }),
    );
  }

  private hold(fence: number): void {
    if (fence < this.fence) throw leaseLost();
  }
}

export function leaseLost(): AppError {
  return new AppError({ code: 'lease-lost', message: 'another executor has this run' });
}
