import type { EventEnvelope, Topic } from '@aml/contracts';
import { openServiceDatabase, toJsonb, type DataSource, type EntityManager } from '@aml/database';
import { EventEmitter } from 'node:events';
import { CreateEventLog1790000000000 } from './event-log.migrations';
import { laneLock, laneOf, type Position } from './lanes';

/** The log's own schema; services name it in statements that are part of their transactions. */
export const LOG_SCHEMA = 'event_log';
/** First number of our advisory locks, so that they meet nobody else's. */
const LOCK_SPACE = 4217;
/** How often a waiting reader looks into the database, for groups that are read by another process. */
const LOOK_AGAIN_MS = 200;

export interface PendingEvent {
  readonly topic: Topic;
  readonly key: string;
  readonly envelope: EventEnvelope;
}

/** The locks come first, then the numbers: so the order of numbers in a lane is the order of commits. */
const APPEND = `
  WITH locks AS MATERIALIZED (SELECT pg_advisory_xact_lock($1, lock) FROM unnest($2::int[]) AS lock),
    taken AS MATERIALIZED (SELECT count(*) FROM locks)
  INSERT INTO ${LOG_SCHEMA}.outbox (event_id, topic, key, lane, type, envelope)
  SELECT e.event_id, e.topic, e.key, e.lane, e.type, e.envelope::jsonb
  FROM taken, unnest($3::uuid[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[])
    WITH ORDINALITY AS e(event_id, topic, key, lane, type, envelope, n)
  ORDER BY e.n RETURNING topic, lane, seq`;

/**
 * The shared log of a standalone installation: outbox tables in a schema of their own, written in the transaction of
 * the service whose change they announce, read by each group. Order is per key; nothing is lost or reordered because
 * writers take the lane's lock last, just before they insert and commit.
 */
export class EventLog {
  private readonly signals = new EventEmitter().setMaxListeners(0);
  /** How far groups of this process have read; others are looked up. */
  private readonly readHere = new Map<string, bigint>();

  private constructor(readonly database: DataSource) {}

  static async open(url: string): Promise<EventLog> {
    const database = await openServiceDatabase({
      url,
      schema: LOG_SCHEMA,
      entities: [],
      migrations: [CreateEventLog1790000000000],
      poolSize: 4,
    });
    return new EventLog(database);
  }

  /** Writes events in the caller's transaction, which must commit right after. @returns how far each lane got. */
  async append(manager: EntityManager, events: readonly PendingEvent[]): Promise<Position[]> {
    if (events.length === 0) return [];
    const lanes = events.map(({ key }) => laneOf(key));
    const locks = new Set(events.map(({ topic }, index) => laneLock(topic, lanes[index] ?? 0)));
    const rows = (await manager.query(APPEND, [
      LOCK_SPACE,
      [...locks].sort((a, b) => a - b),
      events.map(({ envelope }) => envelope.id),
      events.map(({ topic }) => topic),
      events.map(({ key }) => key),
      lanes,
      events.map(({ envelope }) => envelope.type),
      events.map(({ envelope }) => toJsonb(envelope)),
    ])) as { topic: Topic; lane: number; seq: string }[];
    const last = new Map<number, Position>();
    for (const { topic, lane, seq } of rows) {
      const known = last.get(laneLock(topic, lane));
      const position = { topic, lane, seq: BigInt(seq) };
      if (!known || known.seq < position.seq) last.set(laneLock(topic, lane), position);
    }
    return [...last.values()];
  }

  /** To be called after the commit of a transaction that appended. */
  announceAppended(): void {
    this.signals.emit('appended');
  }

  /** To be called after the commit of a transaction that moved a group's offsets. */
  announceRead(group: string, reached: readonly Position[]): void {
    for (const { topic, lane, seq } of reached) this.readHere.set(`${group}/${topic}/${lane}`, seq);
    if (reached.length > 0) this.signals.emit('read');
  }

  onAppended(listener: () => void): () => void {
    this.signals.on('appended', listener);
    return () => this.signals.off('appended', listener);
  }

  /**
   * Waits until a group has read as far as the positions say, at most `milliseconds`.
   * @returns false where the time was not enough.
   */
  async waitUntilRead(group: string, positions: readonly Position[], milliseconds: number): Promise<boolean> {
    const deadline = Date.now() + milliseconds;
    const readHere = (): boolean => positions.every((position) => this.isReadHere(group, position));
    for (;;) {
      if (readHere() || (await this.isRead(group, positions))) return true;
      const left = deadline - Date.now();
      if (left <= 0) return false;
      await this.nextRead(readHere, Math.min(left, LOOK_AGAIN_MS));
    }
  }

  /** Resolves when `reached` says so after a reading of this process, at the latest after `milliseconds`. */
  private nextRead(reached: () => boolean, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.signals.off('read', look);
        resolve();
      };
      const look = (): void => {
        if (reached()) end();
      };
      const timer = setTimeout(end, milliseconds);
      this.signals.on('read', look);
    });
  }

  private isReadHere(group: string, { topic, lane, seq }: Position): boolean {
    return (this.readHere.get(`${group}/${topic}/${lane}`) ?? -1n) >= seq;
  }

  /** A topic that the group does not read counts as read. */
  private async isRead(group: string, positions: readonly Position[]): Promise<boolean> {
    const rows: unknown[] = await this.database.query(
      `SELECT 1 FROM consumer_offset JOIN unnest($2::text[], $3::int[], $4::bigint[]) AS p(topic, lane, seq) USING (topic, lane)
       WHERE grp = $1 AND last_seq < p.seq LIMIT 1`,
      [
        group,
        positions.map(({ topic }) => topic),
        positions.map(({ lane }) => lane),
        positions.map(({ seq }) => seq.toString()),
      ],
    );
    return rows.length === 0;
  }

  async close(): Promise<void> {
    this.signals.removeAllListeners();
    await this.database.destroy();
  }
}
