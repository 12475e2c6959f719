import type { Clock } from './clock';
import type { Masker } from './masker';
import type { RunReports } from './run-reports';

/** What we did for a run, a line each with its time: the `control` stream of its record. */
export class ControlLog {
  private pending: string[] = [];
  private flushing: Promise<void> | undefined;
  private sealed = false;

  constructor(
    private readonly reports: RunReports,
    private readonly masker: Masker,
    private readonly clock: Clock,
    private offset: number,
  ) {}

  /** After `seal` nothing is noted any more. */
  note(line: string): void {
    if (this.sealed) return;
    const time = new Date(this.clock.now()).toISOString();
    this.pending.push(`${time} ${this.masker.text(line).replace(/\r?\n/g, ' | ')}\n`);
    this.flushing ??= this.flush().finally(() => (this.flushing = undefined));
    this.flushing.catch(() => undefined);
  }

  /** Everything noted is in the record, which gets no more of it. */
  async seal(): Promise<void> {
    this.sealed = true;
    while (this.pending.length > 0 || this.flushing) await (this.flushing ?? this.flush());
    await this.reports.persist(({ reporter, runId, fence }) =>
      reporter.sealLog(runId, fence, 'control', this.offset),
    );
  }

  private async flush(): Promise<void> {
    await Promise.resolve(); // lines of the same moment go together
    while (this.pending.length > 0) {
      const bytes = Buffer.from(this.pending.join(''));
      this.pending = [];
      const { offset } = this;
      await this.reports.persist(({ reporter, runId, fence }) =>
        reporter.appendLog(runId, fence, 'control', offset, bytes, 0),
      );
      this.offset += bytes.length;
    }
  }
}
