import type { ErrorBody, FollowLine } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { isFinal, type RunState } from '@aml/run-model';
import type { RunChanges, RunSignals } from '../record/run-signals';
import { unknownRun } from '../storage/run-lock';
import type { LogStore } from './log-store';
import type { RunWatch } from './run-watch';

const BEAT_MS = 10_000;
/** How long the end of a run waits for the copy of its build log, and how often it looks. */
const BUILD_COPY_MS = 10_000;
const BUILD_LOOK_MS = 250;

export interface FollowStart {
  readonly stdout: number;
  readonly stderr: number;
  /** Undefined: the build log is not asked for. */
  readonly build: number | undefined;
  readonly once: boolean;
}

interface News {
  readonly status: RunState;
  readonly status_reason: string;
  readonly exit_code: number | null;
  readonly error: ErrorBody | null;
  readonly ended_at: Date | null;
  readonly build_id: string | null;
  readonly build_done: boolean | null;
  readonly states: { seq: string; state: RunState; at: string; reason: string }[];
  readonly logs: { stream: string; bytes: number }[];
}

/** All that a follower may lack, as of one moment, with one question. */
const NEWS = `
  SELECT r.status, r.status_reason, r.exit_code, r.error, r.ended_at, b.build_id, c.done AS build_done,
    (SELECT coalesce(json_agg(json_build_object('seq', s.seq::text, 'state', s.state, 'at', s.at, 'reason', s.reason) ORDER BY s.seq), '[]')
      FROM run_state s WHERE s.run_id = r.run_id AND s.seq > $2) AS states,
    (SELECT coalesce(json_agg(json_build_object('stream', l.stream, 'bytes', l.size)), '[]')
      FROM log_stream l WHERE l.owner IN (r.run_id, b.build_id::text)) AS logs
  FROM run r LEFT JOIN run_build b USING (run_id) LEFT JOIN build_copy c USING (build_id) WHERE r.run_id = $1`;

/** State and log of a run as they come. */
export class FollowRun {
  constructor(
    private readonly database: DataSource,
    private readonly logs: LogStore,
    private readonly signals: RunSignals,
    private readonly watch: RunWatch,
  ) {}

  /** @throws AppError `run-unknown`, before the first line. */
  async *execute(runId: string, start: FollowStart, signal: AbortSignal): AsyncGenerator<FollowLine> {
    const changes = this.signals.listen(runId);
    const unwatch = this.watch.follow(runId);
    try {
      yield* this.lines(runId, start, changes, signal);
    } finally {
      unwatch();
      changes.close();
    }
  }

  private async *lines(
    runId: string,
    start: FollowStart,
    changes: RunChanges,
    signal: AbortSignal,
  ): AsyncGenerator<FollowLine> {
    const offsets = new Map([
      ['stdout', start.stdout],
      ['stderr', start.stderr],
      ...(start.build === undefined ? [] : [['build', start.build] as const]),
    ]);
    let seenState = '0';
    for (let lastLine = Date.now(); !signal.aborted;) {
      const news = await this.load(runId, seenState);
      if (news.build_id !== null) changes.add(news.build_id);
      for await (const line of this.tell(runId, news, offsets)) {
        lastLine = Date.now();
        yield line;
      }
      seenState = news.states.at(-1)?.seq ?? seenState;
      const over = isFinal(news.status) && (!offsets.has('build') || isBuildCopied(news));
      if (start.once || over) return yield endOf(news);
      if (Date.now() - lastLine >= BEAT_MS) {
        lastLine = Date.now();
        yield { type: 'beat' };
      }
      await changes.next(isFinal(news.status) ? BUILD_LOOK_MS : BEAT_MS, signal);
    }
  }

  private async load(runId: string, seenState: string): Promise<News> {
    const rows = (await this.database.query(NEWS, [runId, seenState])) as News[];
    if (rows[0]) return rows[0];
    throw unknownRun(runId);
  }

  /** A final state comes after the last byte of the logs. */
  private async *tell(runId: string, news: News, offsets: Map<string, number>): AsyncGenerator<FollowLine> {
    const lines = news.states.map(({ state, reason, at }) => {
      return { type: 'state' as const, state, reason, at: new Date(at).toISOString() };
    });
    yield* lines.filter(({ state }) => !isFinal(state));
    for (const { stream, bytes } of news.logs) {
      let offset = offsets.get(stream);
      if (offset === undefined || offset >= bytes) continue;
      for await (const chunk of this.logs.read(runId, stream, offset)) {
        yield { type: 'chunk', stream, offset, data: chunk.toString('base64') };
        offset += chunk.length;
        offsets.set(stream, offset);
      }
    }
    yield* lines.filter(({ state }) => isFinal(state));
  }
}

function endOf({ status, exit_code: exitCode, error, status_reason: reason }: News): FollowLine {
  return { type: 'end', status, exitCode, error, reason };
}

function isBuildCopied({ build_id: build, build_done: done, ended_at: ended }: News): boolean {
  if (build === null || done) return true;
  return Date.now() - (ended ?? new Date()).getTime() > BUILD_COPY_MS;
}
