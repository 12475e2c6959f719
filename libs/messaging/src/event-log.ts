import type { EventEnvelope, Topic } from '@aml/contracts';
import { openServiceDatabase, type DataSource, type EntityManager } from '@aml/database';
import { EventEmitter, once } from 'node:events';
import { CreateEventLog1790000000000 } from './event-log.migrations';
import { laneLock, laneOf, type Position } from './lanes';

const SCHEMA = 'event_log';
/** First number of our advisory locks, so that they meet nobody else's. */
const LOCK_SPACE = 4217;

export interface PendingEvent {
  readonly topic: Topic;
  readonly key: string;
  readonly envelope: EventEnvelope;
}

/**
 * The shared log of a standalone installation: outbox tables in a schema of their own, written in the transaction of
 * the service whose change they announce, read by each group. Order is per key; nothing is lost or reordered because
 * writers take the lane's lock last, just before they insert and commit.
 */
export class EventLog {
  private readonly signals = new EventEmitter().setMaxListeners(0);

  private constructor(readonly database: DataSource) {}

  static async open(url: string): Promise<EventLog> {
    const database = await openServiceDatabase({
      url,
      schema: SCHEMA,
      entities: [],
      migrations: [CreateEventLog1790000000000],
      poolSize: 10,
    });
    return new EventLog(database);
  }

  /** Writes events in the caller's transaction, which must commit right after. @returns their positions. */
  async append(manager: EntityManager, events: readonly PendingEvent[]): Promise<Position[]> {
    const placed = events.map((event) => ({ ...event, lane: laneOf(event.key) }));
    const locks = [...new Set(placed.map((event) => laneLock(event.topic, event.lane)))].sort(
      (a, b) => a - b,
    );
    for (const lock of locks) await manager.query('SELECT pg_advisory_xact_lock($1, $2)', [LOCK_SPACE, lock]);
    const positions: Position[] = [];
    for (const { topic, key, lane, envelope } of placed) {
      const rows = (await manager.query(
        `INSERT INTO ${SCHEMA}.outbox (event_id, topic, key, lane, type, envelope) VALUES ($1, $2, $3, $4, $5, $6) RETURNING seq`,
        [envelope.id, topic, key, lane, envelope.type, JSON.stringify(envelope)],
      )) as { seq: string }[];
      positions.push({ topic, lane, seq: BigInt(rows[0]?.seq ?? 0) });
    }
    return positions;
  }

  /** Notes in the caller's transaction that a group has done an event. @returns false where it had done it before. */
  async recordDone(manager: EntityManager, group: string, eventId: string): Promise<boolean> {
    const rows = (await manager.query(
      `INSERT INTO ${SCHEMA}.inbox (grp, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING event_id`,
      [group, eventId],
    )) as unknown[];
    return rows.length > 0;
  }

  /** To be called after the commit of a transaction that appended. */
  announceAppended(): void {
    this.signals.emit('appended');
  }

  announceRead(): void {
    this.signals.emit('read');
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
    for (;;) {
      if (await this.hasRead(group, positions)) return true;
      const left = deadline - Date.now();
      if (left <= 0) return false;
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), Math.min(left, 100));
      await once(this.signals, 'read', { signal: controller.signal }).catch(() => undefined);
      clearTimeout(timer);
    }
  }

  private async hasRead(group: string, positions: readonly Position[]): Promise<boolean> {
    for (const { topic, lane, seq } of positions) {
      const rows = (await this.database.query(
        'SELECT last_seq FROM consumer_offset WHERE grp = $1 AND topic = $2 AND lane = $3',
        [group, topic, lane],
      )) as { last_seq: string }[];
      const read = rows[0];
      if (read && BigInt(read.last_seq) < seq) return false;
    }
    return true;
  }

  async close(): Promise<void> {
    this.signals.removeAllListeners();
    await this.database.destroy();
  }
}
