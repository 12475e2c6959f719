import { AppError } from '@aml/errors';
import type { StateEvidence } from '@aml/contracts';
import type { RunOutcome, RunReporter } from '@aml/executor';
import { mayFollow, type RunState } from '@aml/run-model';
import type { Readable } from 'node:stream';
import { leaseLost } from './memory-work-source';

type Log = 'stdout' | 'stderr' | 'control';

/** The record of one run in memory. It refuses what the real one refuses: stale fences, gaps, more after a seal. */
export class MemoryRunRecord implements RunReporter {
  readonly states: { readonly to: RunState; readonly why: StateEvidence }[] = [];
  readonly logs: Record<Log, Buffer> = {
    stdout: Buffer.alloc(0),
    stderr: Buffer.alloc(0),
    control: Buffer.alloc(0),
  };
  readonly masked: Record<Log, number> = { stdout: 0, stderr: 0, control: 0 };
  readonly sealed = new Map<Log, number>();
  readonly metrics: string[] = [];
  readonly artifacts = new Map<string, string>();
  metricsEnd = 0;
  outcome: RunOutcome | undefined;
  largestChunk = 0;
  /** Every report fails. */
  away = false;
  /** The next report arrives, but its answer does not. */
  loseAnswer = false;
  refuseArtifacts: AppError | undefined;
  fence = 0;

  constructor(public state: RunState = 'Queued') {}

  async changeState(_runId: string, fence: number, to: RunState, why: StateEvidence): Promise<void> {
    this.hear(fence);
    if (to !== this.state && !mayFollow(this.state, to)) {
      throw new AppError({ code: 'run-transition-refused', message: `${this.state} to ${to}` });
    }
    this.state = to;
    this.states.push({ to, why });
    this.answer();
  }

  async positions(): ReturnType<RunReporter['positions']> {
    this.reach();
    return {
      stdout: this.logs.stdout.length,
      stderr: this.logs.stderr.length,
      control: this.logs.control.length,
      metrics: this.metricsEnd,
      artifacts: new Map(this.artifacts),
      masked: { ...this.masked },
    };
  }

  async appendLog(
    _runId: string,
    fence: number,
    stream: Log,
    offset: number,
    bytes: Buffer,
    masked: number,
  ): Promise<number> {
    this.hear(fence);
    const log = this.logs[stream];
    if (this.sealed.has(stream)) throw new AppError({ code: 'log-sealed', message: `${stream} is sealed` });
    if (offset > log.length)
      throw new AppError({ code: 'log-gap', message: `gap in ${stream} at ${log.length}` });
    const repeated = log.subarray(offset, offset + bytes.length);
    if (!repeated.equals(bytes.subarray(0, repeated.length))) {
      throw new AppError({ code: 'log-differs', message: `other bytes in ${stream} at ${offset}` });
    }
    this.logs[stream] = Buffer.concat([log, bytes.subarray(log.length - offset)]);
    this.masked[stream] = masked;
    this.largestChunk = Math.max(this.largestChunk, bytes.length);
    this.answer();
    return this.logs[stream].length;
  }

  async sealLog(_runId: string, fence: number, stream: Log, size: number): Promise<void> {
    this.hear(fence);
    if (size !== this.logs[stream].length)
      throw new AppError({ code: 'log-gap', message: `${stream} is not whole` });
    this.sealed.set(stream, size);
    this.answer();
  }

  async appendMetrics(
    _runId: string,
    fence: number,
    offset: number,
    end: number,
    lines: readonly string[],
  ): Promise<void> {
    this.hear(fence);
    if (offset > this.metricsEnd) throw new AppError({ code: 'metrics-gap', message: 'gap in metrics' });
    if (offset === this.metricsEnd) {
      this.metrics.push(...lines);
      this.metricsEnd = end;
    }
    this.answer();
  }

  async storeArtifact(
    _runId: string,
    fence: number,
    path: string,
    size: number,
    open: () => Promise<Readable>,
  ): Promise<void> {
    this.hear(fence);
    if (this.refuseArtifacts) throw this.refuseArtifacts;
    const chunks: Buffer[] = [];
    for await (const chunk of await open()) chunks.push(Buffer.from(chunk as Uint8Array));
    const content = Buffer.concat(chunks);
    if (content.length !== size)
      throw new AppError({ code: 'artifact-differs', message: `${path} has another size` });
    this.artifacts.set(path, content.toString());
    this.answer();
  }

  async finish(_runId: string, fence: number, outcome: RunOutcome): Promise<void> {
    this.hear(fence);
    if (this.sealed.size < 3) throw new AppError({ code: 'logs-open', message: 'a log is not sealed' });
    if (!mayFollow(this.state, outcome.status)) {
      throw new AppError({ code: 'run-transition-refused', message: `${this.state} to ${outcome.status}` });
    }
    this.state = outcome.status;
    this.outcome = outcome;
    this.answer();
  }

  private hear(fence: number): void {
    this.reach();
    if (fence < this.fence) throw leaseLost();
    this.fence = fence;
  }

  private reach(): void {
    if (this.away)
      throw new AppError({ code: 'service-away', message: 'run-history is away', retryable: true });
  }

  private answer(): void {
    if (!this.loseAnswer) return;
    this.loseAnswer = false;
    throw new AppError({ code: 'answer-lost', message: 'the answer did not arrive', retryable: true });
  }
}
