import type { RunHandle } from '@aml/targets';
import type { Execution } from './execution';
import type { MaskedBytes, MaskStream } from './masker';
import { SpoolPump } from './spool-pump';

/** `stdout` or `stderr`: every byte as written, but for known secret values. */
export class LogPump extends SpoolPump {
  private readonly masks: MaskStream;
  private sent: number;
  private masked: number;
  private readonly start: number;

  constructor(
    execution: Execution,
    handle: RunHandle,
    private readonly log: 'stdout' | 'stderr',
  ) {
    const start = execution.positions[log];
    // A value may stand across the place where the record ends: its beginning is looked at once more.
    super(execution, handle, log, Math.max(0, start - execution.masker.overlap));
    this.start = start;
    this.sent = start;
    this.masked = execution.positions.masked?.[log] ?? 0;
    this.masks = execution.masker.stream();
  }

  async seal(): Promise<void> {
    await this.execution.reports.persist(({ reporter, runId, fence }) =>
      reporter.sealLog(runId, fence, this.log, this.sent),
    );
  }

  protected async accept(bytes: Buffer): Promise<void> {
    const known = this.start - (this.readOffset - bytes.length);
    if (known > 0) {
      this.masks.prime(bytes.subarray(0, known));
      bytes = bytes.subarray(known);
    }
    await this.send(this.masks.push(bytes));
  }

  protected async sendRest(): Promise<void> {
    await this.send(this.masks.flush());
  }

  private async send({ bytes, masked }: MaskedBytes): Promise<void> {
    this.masked += masked;
    const { chunkBytes } = this.execution.settings;
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const chunk = bytes.subarray(at, at + chunkBytes);
      const { sent, masked: count, log } = this;
      await this.execution.reports.persist(({ reporter, runId, fence }) =>
        reporter.appendLog(runId, fence, log, sent, chunk, count),
      );
      this.sent += chunk.length;
    }
  }
}
