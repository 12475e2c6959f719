import { EVENT_CATALOGUE, type EventEnvelope, type Topic } from '@aml/contracts';
import { isConnectionError, isLockConflict, toJsonb, type EntityManager } from '@aml/database';
import { toErrorData } from '@aml/errors';
import { LOG_SCHEMA } from './event-log';
import type { Position } from './lanes';
import type { Transactions, UnitOfWork } from './transactions';

export type Handler = (data: unknown, unit: UnitOfWork, envelope: EventEnvelope) => Promise<void>;

export interface GroupReaderSettings {
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
  readonly topic: Topic;
  readonly lane: number;
  readonly seq: string;
  readonly event_id: string;
  readonly type: string;
  readonly envelope: EventEnvelope;
}

/** An event that failed. Until it is done or given up its lane is read by itself, one event at a time. */
interface Failure {
  readonly seq: bigint;
  readonly since: Date;
  readonly attempts: number;
  readonly error: unknown;
  readonly notBefore: number;
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
 * Lanes that nobody else reads are locked for this transaction by their offset. Of each at most a portion is taken, so
 * that no lane starves.
 */
const TAKE = `
  WITH lanes AS MATERIALIZED (
    SELECT topic, lane, last_seq FROM ${LOG_SCHEMA}.consumer_offset c
    WHERE grp = $1 AND topic || '/' || lane = ANY($2::text[]) FOR UPDATE SKIP LOCKED)
  SELECT e.* FROM lanes CROSS JOIN LATERAL (
    SELECT o.topic, o.lane, o.seq, o.event_id, o.type, o.envelope FROM ${LOG_SCHEMA}.outbox o
    WHERE o.topic = lanes.topic AND o.lane = lanes.lane AND o.seq > lanes.last_seq ORDER BY o.seq LIMIT $3) e
  ORDER BY e.seq`;

const ADVANCE = `
  UPDATE ${LOG_SCHEMA}.consumer_offset c SET last_seq = p.seq
  FROM unnest($2::text[], $3::int[], $4::bigint[]) AS p(topic, lane, seq)
  WHERE c.grp = $1 AND c.topic = p.topic AND c.lane = p.lane`;

/**
 * The log as one group reads it. A portion of events of many lanes, their effects, the note that they were done and the
 * new offsets commit together; a lane whose event fails is taken out and read by itself, and holds up no other.
 */
export class GroupReader {
  private readonly failures = new Map<string, Failure>();

  constructor(
    private readonly transactions: Transactions,
    private readonly handlers: ReadonlyMap<string, Handler>,
    private readonly settings: GroupReaderSettings,
  ) {}

  /** Milliseconds until a failed event is to be tried again; undefined where none has failed. */
  get pauseMs(): number | undefined {
    const pauses = [...this.failures.values()].map(({ notBefore }) => Math.max(0, notBefore - Date.now()));
    return pauses.length === 0 ? undefined : Math.min(...pauses);
  }

  /** Reads a portion of these lanes. @returns true where there may be more. */
  async read(lanes: readonly string[]): Promise<boolean> {
    const healthy = lanes.filter((lane) => !this.failures.has(lane));
    let more = healthy.length > 0 && (await this.portion(healthy, this.settings.batch));
    for (const lane of lanes) {
      const failure = this.failures.get(lane);
      if (failure && failure.notBefore <= Date.now()) more = (await this.portion([lane], 1)) || more;
    }
    return more;
  }

  private async portion(lanes: readonly string[], size: number): Promise<boolean> {
    try {
      const reached = await this.transactions.run((unit) => this.work(unit, lanes, size));
      for (const position of reached) {
        const failure = this.failures.get(nameOf(position));
        if (failure && failure.seq <= position.seq) this.failures.delete(nameOf(position));
      }
      this.transactions.log.announceRead(this.transactions.service, reached);
      return reached.length > 0;
    } catch (error) {
      return this.noteFailure(error, size);
    }
  }

  /** @returns how far each lane got. */
  private async work(unit: UnitOfWork, lanes: readonly string[], size: number): Promise<Position[]> {
    const { service } = this.transactions;
    const rows = (await unit.manager.query(TAKE, [service, lanes, size])) as LogRow[];
    if (rows.length === 0) return [];
    const [first] = rows;
    const failure = first && size === 1 ? this.failures.get(nameOf(first)) : undefined;
    if (first && failure?.seq === BigInt(first.seq) && failure.attempts >= this.settings.attempts) {
      await this.bury(unit.manager, first, failure);
    } else {
      await this.handle(unit, rows);
    }
    const last = new Map<string, Position>();
    for (const { topic, lane, seq } of rows)
      last.set(nameOf({ topic, lane }), { topic, lane, seq: BigInt(seq) });
    const reached = [...last.values()];
    await unit.manager.query(ADVANCE, [
      service,
      reached.map(({ topic }) => topic),
      reached.map(({ lane }) => lane),
      reached.map(({ seq }) => seq.toString()),
    ]);
    return reached;
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
  private async bury(manager: EntityManager, row: LogRow, failure: Failure): Promise<void> {
    await manager.query(
      `INSERT INTO ${LOG_SCHEMA}.dead_letter (grp, event_id, topic, lane, seq, envelope, attempts, error, first_failed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
      [
        this.transactions.service,
        row.event_id,
        row.topic,
        row.lane,
        row.seq,
        toJsonb(row.envelope),
        failure.attempts,
        toJsonb(toErrorData(failure.error)),
        failure.since,
      ],
    );
  }

  /** @returns true where reading on at once makes sense. */
  private noteFailure(thrown: unknown, size: number): boolean {
    const row = thrown instanceof DeliveryError ? thrown.row : undefined;
    const error: unknown = thrown instanceof DeliveryError ? thrown.cause : thrown;
    if (isLockConflict(error)) return true;
    if (isConnectionError(error) || !row) {
      this.settings.onProblem({ message: 'the event log cannot be read', eventId: undefined, error });
      return false;
    }
    const seq = BigInt(row.seq);
    const known = this.failures.get(nameOf(row));
    const since = known?.seq === seq ? known.since : new Date();
    // Within a portion nothing is said yet: by itself the event may well succeed, and then one before it was to blame.
    const attempts = size > 1 ? 0 : (known?.seq === seq ? known.attempts : 0) + 1;
    const pause = size > 1 ? 0 : Math.min(5_000, 25 * 2 ** attempts);
    this.failures.set(nameOf(row), { seq, since, attempts, error, notBefore: Date.now() + pause });
    if (size === 1)
      this.settings.onProblem({ message: 'an event could not be handled', eventId: row.event_id, error });
    return size > 1;
  }
}

function nameOf({ topic, lane }: { readonly topic: Topic; readonly lane: number }): string {
  return `${topic}/${lane}`;
}
