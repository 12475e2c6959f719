import type { DataSource } from '@aml/database';
import type { RunSignals } from '../record/run-signals';

/** A change that another process made is seen at the latest after this time. */
const LOOK_MS = 500;

/** What moves when a run or one of its logs changes; one question for all runs that are followed here. */
const MARKS = `
  SELECT id, concat((SELECT max(seq) FROM run_state WHERE run_id = id), ' ',
    (SELECT sum(size) FROM log_stream WHERE owner IN (id, (SELECT build_id::text FROM run_build WHERE run_id = id)))) AS mark
  FROM unnest($1::text[]) AS id`;

/** Notices what other processes change in the runs that somebody follows here, however many follow. */
export class RunWatch {
  private readonly followed = new Map<string, { followers: number; mark: string | undefined }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly signals: RunSignals,
  ) {}

  /** @returns how to end it. */
  follow(runId: string): () => void {
    const known = this.followed.get(runId) ?? { followers: 0, mark: undefined };
    known.followers += 1;
    this.followed.set(runId, known);
    this.timer ??= setTimeout(() => void this.look(), LOOK_MS).unref();
    return () => {
      known.followers -= 1;
      if (known.followers === 0) this.followed.delete(runId);
    };
  }

  private async look(): Promise<void> {
    try {
      const rows = (await this.database.query(MARKS, [[...this.followed.keys()]])) as {
        id: string;
        mark: string;
      }[];
      for (const { id, mark } of rows) {
        const known = this.followed.get(id);
        // The first mark may be of a change that came after the follower's first look.
        if (known && known.mark !== mark) this.signals.changed(id);
        if (known) known.mark = mark;
      }
    } catch {
      // The database is away: who follows learns it by asking; the next look may find it again.
    }
    this.timer = this.followed.size > 0 ? setTimeout(() => void this.look(), LOOK_MS).unref() : undefined;
  }
}
