import { TOPICS, type EventData, type EventDefinition, type EventEnvelope, type Topic } from '@aml/contracts';
import { LaneReader, type EventProblem, type Handler } from './lane-reader';
import { LANES } from './lanes';
import { LOG_SCHEMA } from './event-log';
import type { Transactions, UnitOfWork } from './transactions';

export interface SubscriptionSettings {
  /** Events of a lane that are done in one transaction; default 100. */
  readonly batch?: number;
  /** How often the log is looked at without a wake signal, milliseconds; default 500. */
  readonly pollMs?: number;
  /** Tries before an event is put among the dead letters; default 8. Failures to reach the database do not count. */
  readonly attempts?: number;
  /** Lanes that are read at once; each takes a connection of the service; default 3. */
  readonly lanesAtOnce?: number;
  readonly onProblem?: (problem: EventProblem) => void;
}

/** Done events are remembered this long; an offset that is set further back does them again. */
const INBOX_DAYS = 30;

/**
 * A service's reading of the shared log: at least once, in order per key. Lanes are read side by side, each by one
 * reader (row lock), whichever process gets it; a lane that waits to try an event again holds up no other.
 */
export class Subscription {
  private readonly handlers = new Map<string, Handler>();
  private readonly topics = new Set<Topic>();
  private readonly readers = new Map<string, LaneReader>();
  private readonly reading = new Map<string, Promise<void>>();
  private stopped = false;
  private wake: () => void = () => undefined;
  private loop: Promise<void> | undefined;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly settings: SubscriptionSettings = {},
  ) {}

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
    await Promise.all(this.reading.values());
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
      await this.look().catch((error: unknown) =>
        this.problem({ message: 'the event log cannot be looked at', eventId: undefined, error }),
      );
      if (woken || this.stopped) continue;
      const timer = setTimeout(() => this.wake(), this.pauseMs());
      await awake;
      clearTimeout(timer);
    }
  }

  /** Begins to read the lanes in which there is something new. */
  private async look(): Promise<void> {
    const lanes = (await this.transactions.database.query(
      `SELECT topic, lane FROM ${LOG_SCHEMA}.consumer_offset c WHERE grp = $1 AND topic = ANY($2) AND EXISTS
         (SELECT 1 FROM ${LOG_SCHEMA}.outbox o WHERE o.topic = c.topic AND o.lane = c.lane AND o.seq > c.last_seq)`,
      [this.transactions.service, [...this.topics]],
    )) as { topic: Topic; lane: number }[];
    for (const { topic, lane } of lanes) {
      if (this.stopped || this.reading.size >= (this.settings.lanesAtOnce ?? 3)) return;
      this.begin(topic, lane);
    }
  }

  private begin(topic: Topic, lane: number): void {
    const name = `${topic}/${lane}`;
    const reader = this.readers.get(name) ?? this.newReader(topic, lane);
    this.readers.set(name, reader);
    if (this.reading.has(name) || reader.pauseMs > 0) return;
    const reading = reader
      .readOn(() => this.stopped)
      .then((count) => {
        this.reading.delete(name);
        // What was appended while this lane was being read, and lanes that found no place, are seen at the next look.
        if (count > 0) this.wake();
      });
    this.reading.set(name, reading);
  }

  private newReader(topic: Topic, lane: number): LaneReader {
    return new LaneReader(this.transactions, this.handlers, topic, lane, {
      batch: this.settings.batch ?? 100,
      attempts: this.settings.attempts ?? 8,
      onProblem: (problem) => this.problem(problem),
    });
  }

  /** Until the next look: shorter where an event is to be tried again sooner. */
  private pauseMs(): number {
    const pauses = [...this.readers.values()].map(({ pauseMs }) => pauseMs).filter((pause) => pause > 0);
    return Math.min(this.settings.pollMs ?? 500, ...pauses);
  }

  private problem(problem: EventProblem): void {
    this.settings.onProblem?.(problem);
  }
}
