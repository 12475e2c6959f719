import { TOPICS, type EventData, type EventDefinition, type EventEnvelope, type Topic } from '@aml/contracts';
import { GroupReader, type EventProblem, type Handler } from './group-reader';
import { LANES } from './lanes';
import { LOG_SCHEMA } from './event-log';
import type { Transactions, UnitOfWork } from './transactions';

export interface SubscriptionSettings {
  /** Events of a lane that are done in one transaction, together with those of other lanes; default 50. */
  readonly batch?: number;
  /** How often the log is looked at without a wake signal, milliseconds; default 500. */
  readonly pollMs?: number;
  /** Tries before an event is put among the dead letters; default 8. Failures to reach the database do not count. */
  readonly attempts?: number;
  readonly onProblem?: (problem: EventProblem) => void;
}

/** Done events are remembered this long; an offset that is set further back does them again. */
const INBOX_DAYS = 30;

/** So long is waited after a wake signal: what comes meanwhile is done in the same transaction. */
const GATHER_MS = 2;

/**
 * A service's reading of the shared log: at least once, in order per key. Of several processes each reads the lanes that
 * no other reads just then (row locks).
 */
export class Subscription {
  private readonly handlers = new Map<string, Handler>();
  private readonly topics = new Set<Topic>();
  private readonly reader: GroupReader;
  private stopped = false;
  private wake: () => void = () => undefined;
  private loop: Promise<void> | undefined;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly settings: SubscriptionSettings = {},
  ) {
    this.reader = new GroupReader(transactions, this.handlers, {
      batch: settings.batch ?? 50,
      attempts: settings.attempts ?? 8,
      onProblem: (problem) => this.settings.onProblem?.(problem),
    });
  }

  /** To be called before `start`. The handler must finish fast; it writes through the unit of work it is given, which it shares with others. */
  on<Definition extends EventDefinition>(
    definition: Definition,
    handler: (data: EventData<Definition>, unit: UnitOfWork, envelope: EventEnvelope) => Promise<void>,
  ): this {
    this.handlers.set(definition.type, handler as Handler);
    this.topics.add(definition.topic);
    return this;
  }

  async start(): Promise<void> {
    const { database } = this.transactions;
    for (const topic of TOPICS.filter((each) => this.topics.has(each))) {
      await database.query(
        `INSERT INTO ${LOG_SCHEMA}.consumer_offset (grp, topic, lane) SELECT $1, $2, generate_series(0, $3::int) ON CONFLICT DO NOTHING`,
        [this.transactions.service, topic, LANES - 1],
      );
    }
    await database.query(
      `DELETE FROM ${LOG_SCHEMA}.inbox WHERE grp = $1 AND done_at < now() - make_interval(days => $2)`,
      [this.transactions.service, INBOX_DAYS],
    );
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
      const more = await this.readOnce();
      if (more || this.stopped) continue;
      const pause = Math.min(this.settings.pollMs ?? 500, this.reader.pauseMs ?? Infinity);
      const timer = setTimeout(() => this.wake(), pause);
      await awake;
      clearTimeout(timer);
      if (woken && !this.stopped) await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    }
  }

  /** @returns true where there may be more to read. */
  private async readOnce(): Promise<boolean> {
    try {
      const lanes = (await this.transactions.database.query(
        `SELECT topic || '/' || lane AS name FROM ${LOG_SCHEMA}.consumer_offset c WHERE grp = $1 AND topic = ANY($2) AND EXISTS
           (SELECT 1 FROM ${LOG_SCHEMA}.outbox o WHERE o.topic = c.topic AND o.lane = c.lane AND o.seq > c.last_seq)`,
        [this.transactions.service, [...this.topics]],
      )) as { name: string }[];
      return lanes.length > 0 && (await this.reader.read(lanes.map(({ name }) => name)));
    } catch (error) {
      this.settings.onProblem?.({
        message: 'the event log cannot be looked at',
        eventId: undefined,
        error,
      });
      return false;
    }
  }
}
