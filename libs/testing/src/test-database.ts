import { startEmbeddedPostgres } from '@aml/database';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A database of its own for a test file. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/**
 * A fresh, empty database: on the server that `AML_TEST_DATABASE_URL` names, else on one built-in server that all
 * test files of this machine's user share.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['AML_TEST_DATABASE_URL'] ?? (await sharedServer());
  const name = `test_${randomBytes(6).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name}`);
  const url = new URL(server.replace('@/', '@localhost/'));
  url.pathname = `/${name}`;
  return {
    url: server.includes('@/') ? url.href.replace('@localhost/', '@/') : url.href,
    drop: () => execute(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

let server: Promise<string> | undefined;

/** Left running between test files and adopted by the next; `scripts/test.mjs` stops it. */
function sharedServer(): Promise<string> {
  server ??= start();
  return server;
}

async function start(): Promise<string> {
  const folder = process.env['AML_TEST_POSTGRES'] ?? join(tmpdir(), `aml-test-postgres-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (let attempt = 0; ; attempt++) {
    try {
      return (await startEmbeddedPostgres({ folder, note: () => undefined })).url;
    } catch (error) {
      if (attempt >= 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
