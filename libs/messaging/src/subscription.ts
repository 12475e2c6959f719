import {
  EVENT_CATALOGUE,
  TOPICS,
  type EventData,
  type EventDefinition,
  type EventEnvelope,
  type Topic,
} from '@aml/contracts';
import { isConnectionError } from '@aml/database';
import { toErrorData } from '@aml/errors';
import type { EntityManager } from 'typeorm';
import { LANES } from './lanes';
import type { Transactions, UnitOfWork } from './transactions';

export interface SubscriptionSettings {
  /** Events read from a lane in one go; default 100. */
  readonly batch?: number;
  /** How often the log is looked at without a wake signal, milliseconds; default 500. */
  readonly pollMs?: number;
  /** Tries before an event is put among the dead letters; default 8. Failures to reach the database do not count. */
  readonly attempts?: number;
  readonly onProblem?: (problem: { message: string; eventId: string; error: unknown }) => void;
}

type Handler = (data: unknown, unit: UnitOfWork, envelope: EventEnvelope) => Promise<void>;

interface LogRow {
  readonly seq: string;
  readonly event_id: string;
  readonly type: string;
  readonly envelope: EventEnvelope;
}

/**
 * A service's reading of the shared log: at least once, in order per key; the effect and the note that it was done
 * commit in one transaction, so an event delivered again changes nothing. One reader per lane (row lock), whichever
 * process gets it.
 */
export class Subscription {
  private readonly handlers = new Map<string, Handler>();
  private readonly topics = new Set<Topic>();
  private stopped = false;
  private wake: () => void = () => undefined;
  private loop: Promise<void> | undefined;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly settings: SubscriptionSettings = {},
  ) {}

  /** To be called before `start`. The handler must finish fast; it writes through the unit of work it is given. */
  on<Definition extends EventDefinition>(
    definition: Definition,
    handler: (data: EventData<Definition>, unit: UnitOfWork, envelope: EventEnvelope) => Promise<void>,
  ): this {
    this.handlers.set(definition.type, handler as Handler);
    this.topics.add(definition.topic);
    return this;
  }

  async start(): Promise<void> {
    for (const topic of TOPICS.filter((each) => this.topics.has(each))) {
      await this.transactions.log.database.query(
        'INSERT INTO consumer_offset (grp, topic, lane) SELECT $1, $2, generate_series(0, $3::int) ON CONFLICT DO NOTHING',
        [this.transactions.service, topic, LANES - 1],
      );
    }
    this.unsubscribe = this.transactions.log.onAppended(() => this.wake());
    this.loop = this.run();
  }

  /** Finishes what is in hand, then ends. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe();
    this.wake();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      let woken = false;
      const awake = new Promise<void>((resolve) => {
        this.wake = () => {
          woken = true;
          resolve();
        };
      });
      const busy = await this.readAll().catch((error: unknown) => {
        this.settings.onProblem?.({ message: 'the event log cannot be read', eventId: '', error });
        return false;
      });
      if (busy || woken || this.stopped) continue;
      const timer = setTimeout(() => this.wake(), this.settings.pollMs ?? 500);
      await awake;
      clearTimeout(timer);
    }
  }

  /** @returns true where there may be more to read. */
  private async readAll(): Promise<boolean> {
    const lanes = (await this.transactions.log.database.query(
      `SELECT topic, lane FROM consumer_offset c WHERE grp = $1 AND topic = ANY($2) AND EXISTS
         (SELECT 1 FROM outbox o WHERE o.topic = c.topic AND o.lane = c.lane AND o.seq > c.last_seq)`,
      [this.transactions.service, [...this.topics]],
    )) as { topic: Topic; lane: number }[];
    const counts = await Promise.all(lanes.map(({ topic, lane }) => this.readLane(topic, lane)));
    if (counts.some((count) => count > 0)) this.transactions.log.announceRead();
    return counts.some((count) => count > 0);
  }

  private async readLane(topic: Topic, lane: number): Promise<number> {
    return this.transactions.log.database.transaction(async (manager) => {
      const offsets = (await manager.query(
        'SELECT last_seq FROM consumer_offset WHERE grp = $1 AND topic = $2 AND lane = $3 FOR UPDATE SKIP LOCKED',
        [this.transactions.service, topic, lane],
      )) as { last_seq: string }[];
      const offset = offsets[0];
      if (!offset) return 0;
      const rows = (await manager.query(
        'SELECT seq, event_id, type, envelope FROM outbox WHERE topic = $1 AND lane = $2 AND seq > $3 ORDER BY seq LIMIT $4',
        [topic, lane, offset.last_seq, this.settings.batch ?? 100],
      )) as LogRow[];
      let done: LogRow | undefined;
      for (const row of rows) {
        if (this.stopped) break;
        if (!(await this.deliver(row, topic, lane, manager))) break;
        done = row;
      }
      if (done) {
        await manager.query(
          'UPDATE consumer_offset SET last_seq = $4 WHERE grp = $1 AND topic = $2 AND lane = $3',
          [this.transactions.service, topic, lane, done.seq],
        );
      }
      return done ? rows.length : 0;
    });
  }

  /** @returns false where the lane must stop here for now (stopping, or the database is away). */
  private async deliver(row: LogRow, topic: Topic, lane: number, manager: EntityManager): Promise<boolean> {
    const handler = this.handlers.get(row.type);
    const definition = EVENT_CATALOGUE.get(row.type);
    if (!handler || !definition) return true;
    const firstFailed = new Date();
    const limit = this.settings.attempts ?? 8;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.transactions.run(async (unit) => {
          if (
            !(await this.transactions.log.recordDone(unit.manager, this.transactions.service, row.event_id))
          )
            return;
          await handler(definition.schema.parse(row.envelope.data), unit, row.envelope);
        });
        return true;
      } catch (error) {
        this.settings.onProblem?.({ message: 'an event could not be handled', eventId: row.event_id, error });
        if (isConnectionError(error)) return false;
        if (attempt >= limit) {
          await manager.query(
            `INSERT INTO dead_letter (grp, event_id, topic, lane, seq, envelope, attempts, error, first_failed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
            [
              this.transactions.service,
              row.event_id,
              topic,
              lane,
              row.seq,
              JSON.stringify(row.envelope),
              attempt,
              JSON.stringify(toErrorData(error)),
              firstFailed,
            ],
          );
          return true;
        }
        if (this.stopped) return false;
        await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 25 * 2 ** attempt)));
      }
    }
  }
}
