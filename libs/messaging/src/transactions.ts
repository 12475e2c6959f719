import type { EventData, EventDefinition, EventEnvelope } from '@aml/contracts';
import type { DataSource, EntityManager } from '@aml/database';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { EventLog, PendingEvent } from './event-log';
import { formatPosition, type Position } from './lanes';

/** One transaction of a service: its changes and the events that announce them commit together or not at all. */
export class UnitOfWork {
  readonly pending: PendingEvent[] = [];
  readonly afterCommit: (() => void)[] = [];

  constructor(
    readonly manager: EntityManager,
    private readonly source: string,
  ) {}

  /** Announces something at the end of the transaction; checked against the event's schema. */
  publish<Definition extends EventDefinition>(definition: Definition, data: EventData<Definition>): void {
    const parsed: unknown = definition.schema.parse(data);
    const key = definition.key(parsed);
    const envelope: EventEnvelope = {
      specversion: '1.0',
      id: randomUUID(),
      source: this.source,
      type: definition.type,
      subject: key,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data: parsed,
    };
    this.pending.push({ topic: definition.topic, key, envelope });
  }
}

const written = new AsyncLocalStorage<Position[]>();

/** Runs `work` and collects the positions of all that it published. */
export function collectPositions<T>(work: (positions: () => string) => T): T {
  const positions: Position[] = [];
  return written.run(positions, () => work(() => positions.map(formatPosition).join(',')));
}

/** Adds positions to the answer of the request in whose course this is called. */
export function notePositions(positions: readonly Position[]): void {
  written.getStore()?.push(...positions);
}

/** The transactions of one service on its own schema, with their events. */
export class Transactions {
  constructor(
    readonly database: DataSource,
    readonly log: EventLog,
    /** The service's name; events come from `aml/NAME`, and its subscriptions form the group NAME. */
    readonly service: string,
  ) {}

  /** Runs `work` in one transaction; a thrown error rolls everything back, events included. */
  async run<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    const { value, positions } = await this.runForMany(work);
    notePositions(positions);
    return value;
  }

  /** As `run`, for the work of several requests: each has to note the positions for its own answer. */
  async runForMany<T>(
    work: (unit: UnitOfWork) => Promise<T>,
  ): Promise<{ value: T; positions: readonly Position[] }> {
    let positions: readonly Position[] = [];
    let unit: UnitOfWork | undefined;
    const value = await this.database.transaction(async (manager) => {
      unit = new UnitOfWork(manager, `aml/${this.service}`);
      const result = await work(unit);
      positions = await this.log.append(manager, unit.pending);
      return result;
    });
    if (positions.length > 0) this.log.announceAppended();
    for (const callback of unit?.afterCommit ?? []) callback();
    return { value, positions };
  }
}
