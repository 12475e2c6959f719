import { projectCreatedV1 } from '@aml/contracts';
import { openServiceDatabase, type DataSource } from '@aml/database';
import { createTestDatabase, type TestDatabase } from '@aml/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventLog } from './event-log';
import { laneOf, parsePositions } from './lanes';
import { Subscription } from './subscription';
import { collectPositions, Transactions } from './transactions';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean, ms = 20_000): Promise<void> {
  for (const deadline = Date.now() + ms; !condition();) {
    if (Date.now() > deadline) throw new Error('waited too long');
    await pause(10);
  }
}

describe('the shared event log', () => {
  let test: TestDatabase;
  let log: EventLog;
  let database: DataSource;

  beforeAll(async () => {
    test = await createTestDatabase();
    log = await EventLog.open(test.url);
    database = await openServiceDatabase({
      url: test.url,
      schema: 'writer',
      entities: [],
      migrations: [],
      poolSize: 20,
    });
    await database.query('CREATE TABLE counter (key text PRIMARY KEY, value int NOT NULL)');
    await database.query('CREATE TABLE effect (id serial, key text, value int)');
  });

  afterAll(async () => {
    await database.destroy();
    await log.close();
    await test.drop();
  });

  const event = (projectId: string, name: string) => ({
    projectId,
    name,
    workspaceId: projectId,
    at: new Date().toISOString(),
  });

  it('loses no event and keeps the order of each key while many writers commit at random moments', async () => {
    const writer = new Transactions(database, log, 'stress-writer');
    const seen = new Map<string, number[]>();
    const reader = new Subscription(new Transactions(database, log, 'stress-reader'), { batch: 50 }).on(
      projectCreatedV1,
      async (data) => {
        seen.set(data.projectId, [...(seen.get(data.projectId) ?? []), Number(data.name)]);
      },
    );
    await reader.start();
    const keys = Array.from({ length: 40 }, () => randomUUID());
    let written = 0;
    const enough = 1_500;
    await Promise.all(
      Array.from({ length: 16 }, async (_, index) => {
        for (let turn = 0; written < enough; turn++) {
          const key = keys[(index * 7 + turn * 13) % keys.length] ?? '';
          await writer.run(async (unit) => {
            if (turn % 3 === 0) await unit.manager.query('SELECT pg_sleep(random() * 0.005)');
            const rows = (await unit.manager.query(
              'INSERT INTO counter VALUES ($1, 1) ON CONFLICT (key) DO UPDATE SET value = counter.value + 1 RETURNING value',
              [key],
            )) as { value: number }[];
            if (turn % 4 === 0) await unit.manager.query('SELECT pg_sleep(random() * 0.01)');
            unit.publish(projectCreatedV1, event(key, String(rows[0]?.value)));
          });
          written++;
        }
      }),
    );
    const total = (): number => [...seen.values()].reduce((sum, values) => sum + values.length, 0);
    await until(() => total() >= written, 60_000);
    await pause(300);
    await reader.stop();
    expect(written).toBeGreaterThanOrEqual(enough);
    expect(total()).toBe(written);
    for (const values of seen.values()) expect(values).toEqual(values.map((_, index) => index + 1));
  });

  it('announces nothing when the transaction is rolled back', async () => {
    const writer = new Transactions(database, log, 'rollback-writer');
    const key = randomUUID();
    const failed = writer.run(async (unit) => {
      unit.publish(projectCreatedV1, event(key, 'never'));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    const rows: unknown = await log.database.query('SELECT 1 FROM outbox WHERE key = $1', [key]);
    expect(rows).toEqual([]);
  });

  it('tells a reader how far to wait, and the group has done the event by then', async () => {
    const writer = new Transactions(database, log, 'position-writer');
    const done: string[] = [];
    const key = randomUUID();
    const reader = new Subscription(new Transactions(database, log, 'position-reader')).on(
      projectCreatedV1,
      async (data) => {
        if (data.projectId !== key) return;
        await pause(50);
        done.push(data.name);
      },
    );
    const header = await collectPositions(async (positions) => {
      await writer.run(async (unit) => unit.publish(projectCreatedV1, event(key, 'mine')));
      return positions();
    });
    expect(header).toMatch(/^project\/\d\/\d+$/);
    await reader.start();
    expect(await log.waitUntilRead('position-reader', parsePositions(header), 60_000)).toBe(true);
    expect(done).toEqual(['mine']);
    await reader.stop();
  });

  it('does an event once although its delivery is repeated', async () => {
    const writer = new Transactions(database, log, 'repeat-writer');
    const key = randomUUID();
    const header = await collectPositions(async (positions) => {
      await writer.run(async (unit) => unit.publish(projectCreatedV1, event(key, 'once')));
      return positions();
    });
    const read = async (): Promise<void> => {
      const reader = new Subscription(new Transactions(database, log, 'repeat-reader')).on(
        projectCreatedV1,
        async (data, unit) => {
          if (data.projectId !== key) return;
          await unit.manager.query('INSERT INTO effect (key, value) VALUES ($1, 1)', [key]);
        },
      );
      await reader.start();
      expect(await log.waitUntilRead('repeat-reader', parsePositions(header), 30_000)).toBe(true);
      await reader.stop();
    };
    await read();
    await log.database.query("UPDATE consumer_offset SET last_seq = 0 WHERE grp = 'repeat-reader'");
    await read();
    expect(await database.query('SELECT key FROM effect WHERE key = $1', [key])).toHaveLength(1);
  });

  it('puts an event that always fails among the dead letters and goes on with the next', async () => {
    const writer = new Transactions(database, log, 'dead-writer');
    const key = randomUUID();
    await writer.run(async (unit) => {
      unit.publish(projectCreatedV1, event(key, 'poison'));
      unit.publish(projectCreatedV1, event(key, 'good'));
    });
    const done: string[] = [];
    const reader = new Subscription(new Transactions(database, log, 'dead-reader'), { attempts: 2 }).on(
      projectCreatedV1,
      async (data) => {
        if (data.projectId !== key) return;
        if (data.name === 'poison') throw new Error('cannot be handled');
        done.push(data.name);
      },
    );
    await reader.start();
    await until(() => done.length > 0);
    await reader.stop();
    const dead = (await log.database.query(
      "SELECT error->>'message' AS message, attempts FROM dead_letter WHERE grp = 'dead-reader'",
    )) as unknown[];
    expect(dead).toEqual([{ message: 'cannot be handled', attempts: 2 }]);
  });

  it('goes on with other keys while one event is tried again and again', async () => {
    const writer = new Transactions(database, log, 'patient-writer');
    const keys = Array.from({ length: 30 }, () => randomUUID());
    const [poison = ''] = keys;
    const done: string[] = [];
    const reader = new Subscription(new Transactions(database, log, 'patient-reader')).on(
      projectCreatedV1,
      async (data) => {
        if (data.projectId === poison) throw new Error('not yet');
        if (keys.some((each) => each === data.projectId)) done.push(data.projectId);
      },
    );
    await reader.start();
    await writer.run(async (unit) => {
      for (const key of keys) unit.publish(projectCreatedV1, event(key, 'x'));
    });
    const stuck = laneOf(poison);
    const others = keys.filter((key) => laneOf(key) !== stuck);
    await until(() => others.every((key) => done.includes(key)), 5_000);
    await reader.stop();
    // Of the same lane those before the failing event are done, those after it wait for it.
    expect(done).toHaveLength(new Set(done).size);
    expect(done.filter((key) => laneOf(key) === stuck)).toEqual([]);
  });

  it('undoes the effects of a portion in which one event fails, and does each once in the end', async () => {
    const writer = new Transactions(database, log, 'portion-writer');
    const key = randomUUID();
    let failures = 0;
    const reader = new Subscription(new Transactions(database, log, 'portion-reader')).on(
      projectCreatedV1,
      async (data, unit) => {
        if (data.projectId !== key) return;
        await unit.manager.query('INSERT INTO effect (key, value) VALUES ($1, $2)', [key, Number(data.name)]);
        if (data.name === '5' && failures++ < 2) throw new Error('the first two times');
      },
    );
    await writer.run(async (unit) => {
      for (let index = 0; index < 10; index++) unit.publish(projectCreatedV1, event(key, String(index)));
    });
    await reader.start();
    const values = async (): Promise<number[]> => {
      const rows: { value: number }[] = await database.query(
        'SELECT value FROM effect WHERE key = $1 ORDER BY id',
        [key],
      );
      return rows.map(({ value }) => value);
    };
    await expect.poll(values, { timeout: 10_000 }).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await reader.stop();
  });

  it('is read by one of several processes, and by the other when that one is gone', async () => {
    const writer = new Transactions(database, log, 'pair-writer');
    const key = randomUUID();
    const seen: string[] = [];
    const process = () =>
      new Subscription(new Transactions(database, log, 'pair-reader'), { pollMs: 50 }).on(
        projectCreatedV1,
        async (data) => {
          if (data.projectId === key) seen.push(data.name);
        },
      );
    const [first, second] = [process(), process()];
    await Promise.all([first.start(), second.start()]);
    const write = (name: string) =>
      writer.run(async (unit) => unit.publish(projectCreatedV1, event(key, name)));
    for (let index = 0; index < 20; index++) await write(String(index));
    await until(() => seen.length === 20);
    await first.stop();
    await write('after');
    await until(() => seen.length === 21);
    await second.stop();
    expect(seen).toEqual([...Array(20).keys()].map(String).concat('after'));
  });

  it('keeps an event with texts that the database cannot hold', async () => {
    const writer = new Transactions(database, log, 'text-writer');
    const key = randomUUID();
    await writer.run(async (unit) => unit.publish(projectCreatedV1, event(key, 'a\0b')));
    const rows: unknown = await log.database.query(
      "SELECT envelope #>> '{data,name}' AS name FROM outbox WHERE key = $1",
      [key],
    );
    expect(rows).toEqual([{ name: 'a\uFFFDb' }]);
  });

  it('refuses an event that is not what its definition says, and the transaction with it', async () => {
    const writer = new Transactions(database, log, 'schema-writer');
    const wrong = { ...event(randomUUID(), 'x'), projectId: 'no uuid' };
    await expect(writer.run(async (unit) => unit.publish(projectCreatedV1, wrong))).rejects.toThrow();
  });
});
