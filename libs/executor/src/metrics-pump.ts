import { toAppError } from '@aml/errors';
import type { RunHandle } from '@aml/targets';
import type { Execution } from './execution';
import { SpoolPump } from './spool-pump';

/** A logged value that is longer is none: it is left out, with a warning. */
const LONGEST_LINE = 16 * 1024 * 1024;
const MOST_LINES = 1000;

/** `metrics.jsonl`: whole lines only; what a killed script left of a last line is kept if it is a whole value. */
export class MetricsPump extends SpoolPump {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private sent: number;
  private skipping = false;

  constructor(execution: Execution, handle: RunHandle) {
    super(execution, handle, 'metrics', execution.positions.metrics);
    this.sent = execution.positions.metrics;
  }

  protected async accept(bytes: Buffer): Promise<void> {
    const newline = bytes.lastIndexOf(0x0a);
    if (newline < 0) return this.keep(bytes);
    const whole = Buffer.concat([...this.pending, bytes.subarray(0, newline + 1)]);
    this.pending = [];
    this.pendingBytes = 0;
    await this.sendLines(whole);
    this.keep(bytes.subarray(newline + 1));
  }

  protected async sendRest(): Promise<void> {
    const rest = Buffer.concat(this.pending);
    if (rest.length === 0 || this.skipping) return;
    if (isJson(rest.toString())) await this.sendLines(rest);
    else this.execution.warnings.push('the last line of metrics.jsonl is not whole and was left out');
  }

  private keep(bytes: Buffer): void {
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    if (this.pendingBytes <= LONGEST_LINE) return;
    if (!this.skipping) this.execution.warnings.push('a logged value of more than 16 MiB was left out');
    this.skipping = true;
    this.sent += this.pendingBytes;
    this.pending = [];
    this.pendingBytes = 0;
  }

  private async sendLines(whole: Buffer): Promise<void> {
    for (let start = 0; start < whole.length;) {
      let end = start;
      const lines: string[] = [];
      while (
        end < whole.length &&
        lines.length < MOST_LINES &&
        end - start < this.execution.settings.chunkBytes
      ) {
        const newline = whole.indexOf(0x0a, end);
        const stop = newline < 0 ? whole.length : newline + 1;
        const line = whole.subarray(end, stop).toString().trimEnd();
        if (this.skipping) this.skipping = false;
        else if (line !== '') lines.push(this.execution.masker.text(line));
        end = stop;
      }
      await this.send(this.sent, this.sent + end - start, lines);
      this.sent += end - start;
      start = end;
    }
  }

  private async send(offset: number, end: number, lines: readonly string[]): Promise<void> {
    const refused = ({ blame, retryable }: { blame: string; retryable: boolean }): boolean =>
      blame === 'user' && !retryable;
    try {
      await this.execution.reports.persist(
        ({ reporter, runId, fence }) => reporter.appendMetrics(runId, fence, offset, end, lines),
        refused,
      );
    } catch (error) {
      this.execution.lease.signal.throwIfAborted();
      this.execution.warnings.push(
        `${lines.length} logged values were refused: ${toAppError(error).message}`,
      );
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
