import { EVENT_CATALOGUE, type EventEnvelope, type Topic } from '@aml/contracts';
import { isConnectionError, isLockConflict, toJsonb, type EntityManager } from '@aml/database';
import { toErrorData } from '@aml/errors';
import { LOG_SCHEMA } from './event-log';
import type { Transactions, UnitOfWork } from './transactions';

export type Handler = (data: unknown, unit: UnitOfWork, envelope: EventEnvelope) => Promise<void>;

export interface LaneReaderSettings {
  readonly batch: number;
  readonly attempts: number;
  readonly onProblem: (problem: EventProblem) => void;
}

/** An event that could not be handled, or (without an id) a log that could not be read. */
export interface EventProblem {
  readonly message: string;
  readonly eventId: string | undefined;
  readonly error: unknown;
}

interface LogRow {
  readonly seq: string;
  readonly event_id: string;
  readonly type: string;
  readonly envelope: EventEnvelope;
}

/** An error together with the event that met it. */
class DeliveryError extends Error {
  constructor(
    readonly row: LogRow,
    cause: unknown,
  ) {
    super('an event could not be handled', { cause });
  }
}

/**
 * One lane as one group reads it. A portion of events, their effects, the note that they were done and the new offset
 * commit together; where one event fails, the portion is done again event by event, so that only the one that fails waits.
 */
export class LaneReader {
  /** The event that failed last; up to it events are read one by one. */
  private failing:
    { readonly seq: bigint; readonly since: Date; attempts: number; error: unknown } | undefined;
  private notBefore = 0;

  constructor(
    private readonly transactions: Transactions,
    private readonly handlers: ReadonlyMap<string, Handler>,
    private readonly topic: Topic,
    private readonly lane: number,
    private readonly settings: LaneReaderSettings,
  ) {}

  /** Milliseconds until an event that failed is to be tried again; 0: now. */
  get pauseMs(): number {
    return Math.max(0, this.notBefore - Date.now());
  }

  /** Reads on until there is nothing more, an event fails, or `isStopped`. @returns how many events were read. */
  async readOn(isStopped: () => boolean): Promise<number> {
    let total = 0;
    while (!isStopped() && this.pauseMs === 0) {
      const size = this.failing ? 1 : this.settings.batch;
      try {
        const count = await this.readPortion(size);
        if (count === 0) return total;
        total += count;
      } catch (error) {
        this.noteFailure(error, size);
      }
    }
    return total;
  }

  private async readPortion(size: number): Promise<number> {
    const { topic, lane } = this;
    const group = this.transactions.service;
    const rows = await this.transactions.run(async (unit) => {
      const found = await this.lockRows(unit.manager, size);
      const last = found.at(-1);
      if (!last) return found;
      const { failing } = this;
      if (failing?.seq === BigInt(last.seq) && failing.attempts >= this.settings.attempts) {
        await this.bury(unit.manager, last, failing);
      } else {
        await this.handle(unit, found);
      }
      await unit.manager.query(
        `UPDATE ${LOG_SCHEMA}.consumer_offset SET last_seq = $4 WHERE grp = $1 AND topic = $2 AND lane = $3`,
        [group, topic, lane, last.seq],
      );
      return found;
    });
    const last = rows.at(-1);
    if (!last) return 0;
    const seq = BigInt(last.seq);
    if (this.failing && this.failing.seq <= seq) this.failing = undefined;
    this.transactions.log.announceRead(group, { topic, lane, seq });
    return rows.length;
  }

  /** The next events, with the lane locked for this transaction; none where another process reads the lane. */
  private async lockRows(manager: EntityManager, size: number): Promise<LogRow[]> {
    const { topic, lane } = this;
    const offsets = (await manager.query(
      `SELECT last_seq FROM ${LOG_SCHEMA}.consumer_offset WHERE grp = $1 AND topic = $2 AND lane = $3 FOR UPDATE SKIP LOCKED`,
      [this.transactions.service, topic, lane],
    )) as { last_seq: string }[];
    if (!offsets[0]) return [];
    return (await manager.query(
      `SELECT seq, event_id, type, envelope FROM ${LOG_SCHEMA}.outbox WHERE topic = $1 AND lane = $2 AND seq > $3 ORDER BY seq LIMIT $4`,
      [topic, lane, offsets[0].last_seq, size],
    )) as LogRow[];
  }

  private async handle(unit: UnitOfWork, rows: readonly LogRow[]): Promise<void> {
    const wanted = rows.filter(({ type }) => this.handlers.has(type) && EVENT_CATALOGUE.has(type));
    if (wanted.length === 0) return;
    const fresh = await this.recordDone(unit.manager, wanted);
    for (const row of wanted) {
      if (!fresh.has(row.event_id)) continue;
      try {
        const data = EVENT_CATALOGUE.get(row.type)?.schema.parse(row.envelope.data);
        await this.handlers.get(row.type)?.(data, unit, row.envelope);
      } catch (error) {
        throw new DeliveryError(row, error);
      }
    }
  }

  /** Notes that these events are done. @returns those that were not done before. */
  private async recordDone(manager: EntityManager, rows: readonly LogRow[]): Promise<ReadonlySet<string>> {
    const fresh = (await manager.query(
      `INSERT INTO ${LOG_SCHEMA}.inbox (grp, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id`,
      [this.transactions.service, rows.map(({ event_id }) => event_id)],
    )) as { event_id: string }[];
    return new Set(fresh.map(({ event_id }) => event_id));
  }

  /** Puts an event among the dead letters. */
  private async bury(
    manager: EntityManager,
    row: LogRow,
    failing: NonNullable<LaneReader['failing']>,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO ${LOG_SCHEMA}.dead_letter (grp, event_id, topic, lane, seq, envelope, attempts, error, first_failed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
      [
        this.transactions.service,
        row.event_id,
        this.topic,
        this.lane,
        row.seq,
        toJsonb(row.envelope),
        failing.attempts,
        toJsonb(toErrorData(failing.error)),
        failing.since,
      ],
    );
  }

  private noteFailure(thrown: unknown, size: number): void {
    const row = thrown instanceof DeliveryError ? thrown.row : undefined;
    const error: unknown = thrown instanceof DeliveryError ? thrown.cause : thrown;
    if (isLockConflict(error)) {
      this.notBefore = Date.now() + 10;
    } else if (isConnectionError(error) || !row) {
      this.settings.onProblem({ message: 'the event log cannot be read', eventId: undefined, error });
      this.notBefore = Date.now() + 500;
    } else if (size > 1) {
      // Nothing is said yet: by itself the event may well succeed, and then one before it was to blame.
      this.failing = { seq: BigInt(row.seq), since: new Date(), attempts: 0, error };
    } else {
      this.settings.onProblem({ message: 'an event could not be handled', eventId: row.event_id, error });
      const seq = BigInt(row.seq);
      const since = this.failing?.seq === seq ? this.failing.since : new Date();
      const attempts = (this.failing?.seq === seq ? this.failing.attempts : 0) + 1;
      this.failing = { seq, since, attempts, error };
      this.notBefore = Date.now() + Math.min(5_000, 25 * 2 ** attempts);
    }
  }
}
