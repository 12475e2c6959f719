import type { FollowLine } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { isFinal, type RunState } from '@aml/run-model';
import type { RunSignals } from '../record/run-signals';
import { unknownRun } from '../storage/run-lock';
import { RunEntity } from '../storage/run.entity';
import type { LogStore } from './log-store';

/** A change in another process is seen at the latest after this time. */
const LOOK_AGAIN_MS = 250;
const BEAT_MS = 10_000;
/** How long the end of a run waits for the copy of its build log. */
const BUILD_COPY_MS = 10_000;

export interface FollowStart {
  readonly stdout: number;
  readonly stderr: number;
  /** Undefined: the build log is not asked for. */
  readonly build: number | undefined;
  readonly once: boolean;
}

interface StateRow {
  readonly seq: string;
  readonly state: RunState;
  readonly at: Date;
  readonly reason: string;
}

/** State and log of a run as they come. */
export class FollowRun {
  constructor(
    private readonly database: DataSource,
    private readonly logs: LogStore,
    private readonly signals: RunSignals,
  ) {}

  /** @throws AppError `run-unknown`, before the first line. */
  async *execute(runId: string, start: FollowStart, signal: AbortSignal): AsyncGenerator<FollowLine> {
    const offsets = new Map<string, number>([
      ['stdout', start.stdout],
      ['stderr', start.stderr],
    ]);
    if (start.build !== undefined) offsets.set('build', start.build);
    let seenState = '0';
    let lastLine = Date.now();
    while (!signal.aborted) {
      const change = this.signals.next(runId, LOOK_AGAIN_MS, signal);
      const run = await this.load(runId);
      const done = isFinal(run.status) && (!offsets.has('build') || (await this.buildCopied(run)));
      for await (const line of this.news(runId, offsets, seenState)) {
        if (line.seq !== undefined) seenState = line.seq;
        lastLine = Date.now();
        yield line.line;
      }
      if (done || start.once) {
        yield {
          type: 'end',
          status: run.status,
          exitCode: run.exitCode,
          error: run.error,
          reason: run.statusReason,
        };
        return;
      }
      if (Date.now() - lastLine > BEAT_MS) {
        lastLine = Date.now();
        yield { type: 'beat' };
      }
      await change;
    }
  }

  private async *news(
    runId: string,
    offsets: Map<string, number>,
    seenState: string,
  ): AsyncGenerator<{ line: FollowLine; seq?: string }> {
    const states = (await this.database.query(
      'SELECT seq, state, at, reason FROM run_state WHERE run_id = $1 AND seq > $2 ORDER BY seq',
      [runId, seenState],
    )) as StateRow[];
    for (const { seq, state, at, reason } of states) {
      yield { line: { type: 'state', state, reason, at: at.toISOString() }, seq };
    }
    for (const { stream, bytes } of await this.logs.summaries(runId)) {
      const known = offsets.get(stream);
      if (known === undefined || known >= bytes) continue;
      let offset = known;
      for await (const chunk of this.logs.read(runId, stream, offset)) {
        yield { line: { type: 'chunk', stream, offset, data: chunk.toString('base64') } };
        offset += chunk.length;
        offsets.set(stream, offset);
      }
    }
  }

  private async load(runId: string): Promise<RunEntity> {
    const run = await this.database.getRepository(RunEntity).findOneBy({ runId });
    if (!run) throw unknownRun(runId);
    return run;
  }

  private async buildCopied(run: RunEntity): Promise<boolean> {
    const rows = (await this.database.query('SELECT done FROM build_copy WHERE run_id = $1', [
      run.runId,
    ])) as { done: boolean }[];
    if (rows[0] === undefined || rows[0].done) return true;
    const ended = run.endedAt ?? new Date();
    return Date.now() - ended.getTime() > BUILD_COPY_MS;
  }
}
