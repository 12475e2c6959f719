import { toAppError } from '@aml/errors';
import type { RunHandle, SpoolStream } from '@aml/targets';
import type { Execution } from './execution';
import { isOutOfReach } from './target-calls';

/**
 * Moves one spool file into the record as it grows. `kick` says that there may be more; `finish` that the file has come
 * to its end. Reading waits for what was read to be safe, so a record that is slow or away slows the pump, not the run.
 */
export abstract class SpoolPump {
  /** Where the next read begins. */
  protected readOffset: number;
  private kicked = false;
  private pumping: Promise<void> | undefined;
  private broken = false;

  protected constructor(
    protected readonly execution: Execution,
    protected readonly handle: RunHandle,
    readonly stream: SpoolStream,
    start: number,
  ) {
    this.readOffset = start;
  }

  /** Bytes that have been read. */
  get offset(): number {
    return this.readOffset;
  }

  kick(): void {
    this.kicked = true;
    this.pumping ??= this.pumpWhileKicked().finally(() => (this.pumping = undefined));
    this.pumping.catch(() => undefined); // the end of the lease; finish() meets it too
  }

  /** Reads to the end, `size` bytes, and sends the rest. */
  async finish(size: number): Promise<void> {
    await this.pumping?.catch(() => undefined);
    await this.readToEnd(true);
    if (this.readOffset < size) {
      const missing = size - this.readOffset;
      this.execution.warnings.push(`${missing} bytes at the end of ${this.stream} could not be read`);
    }
    await this.sendRest();
  }

  protected abstract accept(bytes: Buffer): Promise<void>;
  protected abstract sendRest(): Promise<void>;

  private async pumpWhileKicked(): Promise<void> {
    while (this.kicked) {
      this.kicked = false;
      await this.readToEnd(false);
    }
  }

  private async readToEnd(insist: boolean): Promise<void> {
    const { calls, driver, settings, lease } = this.execution;
    while (!this.broken) {
      let bytes: Buffer;
      try {
        const read = (context: Parameters<typeof driver.observe>[1]): Promise<Buffer> =>
          driver.read(this.handle, this.stream, this.readOffset, settings.chunkBytes, context);
        const question = `read ${this.stream}`;
        bytes = await (insist ? calls.insist(question, read) : calls.ask(question, read));
      } catch (error) {
        lease.signal.throwIfAborted();
        if (!insist && isOutOfReach(error)) return; // the next kick tries again
        this.broken = true;
        const { message } = toAppError(error);
        this.execution.warnings.push(`${this.stream} could not be read further: ${message}`);
        return;
      }
      if (bytes.length === 0) return;
      this.readOffset += bytes.length;
      await this.accept(bytes);
    }
  }
}
