import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres';

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return ((await client.query(sql)).rows[0] as { answer: unknown } | undefined)?.answer;
  } finally {
    await client.end();
  }
}

describe('the built-in Postgres', () => {
  let folder: string;
  let notes: string[];
  let started: EmbeddedPostgres[];

  const start = async (): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ folder, note: (line) => notes.push(line) });
    started.push(server);
    return server;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aml-pg-'));
    execFileSync('chmod', ['755', folder]);
    notes = [];
    started = [];
  });

  afterEach(async () => {
    for (const server of started) await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('starts from nothing, keeps its data over a restart, and listens on no port', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await ask(second.url, 'SELECT answer FROM kept')).toBe(42);
    expect(
      await ask(second.url, "SELECT setting AS answer FROM pg_settings WHERE name = 'listen_addresses'"),
    ).toBe('');
    expect(await ask(second.url, "SELECT setting AS answer FROM pg_settings WHERE name = 'fsync'")).toBe(
      'on',
    );
  });

  it('adopts a server that is already running instead of starting a second', async () => {
    const first = await start();
    const second = await start();
    expect(second.pid).toBe(first.pid);
    expect(second.adopted).toBe(true);
    expect(notes).toContain(`adopted the database server with pid ${first.pid}`);
  });

  it('starts again what was killed, with all that was committed', async () => {
    const server = await start();
    await ask(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const first = server.pid;
    process.kill(first, 'SIGKILL');
    await expect.poll(() => server.pid, { timeout: 20_000 }).not.toBe(first);
    expect(await ask(server.url, 'SELECT answer FROM kept')).toBe(42);
    expect(notes).toContain(
      `the database server with pid ${first} was lost; started again with pid ${server.pid}`,
    );
  });

  it('names the folder and the way out when the data is corrupt', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(first.dataFolder, 'global/pg_control'), 'garbage');
    await expect(start()).rejects.toMatchObject({
      code: 'database-corrupt',
      message: expect.stringContaining(first.dataFolder) as string,
      hint: expect.stringContaining('move') as string,
    });
  });

  it('refuses data of another major version by name', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(first.dataFolder, 'PG_VERSION'), '13\n');
    await expect(start()).rejects.toMatchObject({ code: 'database-version' });
  });
});
