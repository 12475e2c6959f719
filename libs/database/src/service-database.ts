import 'reflect-metadata';
import { DataSource, type EntityManager, type MigrationInterface } from 'typeorm';
import { openError } from './database-error';

type Class<T> = new (...args: never[]) => T;

export interface ServiceDatabaseOptions {
  /** `postgres://…`, or a URL with a `host` parameter that is the folder of the server's socket. */
  readonly url: string;
  /** The service's own schema; made where it is missing. Nobody else reads it. */
  readonly schema: string;
  readonly entities: readonly Class<object>[];
  readonly migrations: readonly Class<MigrationInterface>[];
  /** Connections at most; default 4. Idle ones are given back after 5 s, others renewed after a minute: a server process never gives memory back. */
  readonly poolSize?: number;
}

const CONNECT_MS = 10_000;

/** A schema name that may stand in SQL without quoting. */
function checkedSchema(schema: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new Error(`not a schema name: ${schema}`);
  return schema;
}

/**
 * Opens a service's schema and brings it up to date, one process at a time (advisory lock).
 * @throws AppError `database-unreachable` (retryable), `database-refused` (blame: user).
 */
export async function openServiceDatabase(options: ServiceDatabaseOptions): Promise<DataSource> {
  const schema = checkedSchema(options.schema);
  const source = new DataSource({
    type: 'postgres',
    url: options.url,
    schema,
    entities: [...options.entities],
    migrations: [...options.migrations],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    installExtensions: false,
    poolSize: options.poolSize ?? 4,
    extra: { options: `-c search_path=${schema}`, idleTimeoutMillis: 5_000, maxLifetimeSeconds: 60 },
  });
  try {
    await createSchema(options.url, schema);
    await source.initialize();
    await migrate(source, schema);
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw openError(error, options.url);
  }
  return source;
}

async function createSchema(url: string, schema: string): Promise<void> {
  const { Client } = (await import('pg')).default;
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  await client.connect();
  try {
    await withLock(client, schema, async () => {
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    });
  } finally {
    await client.end();
  }
}

async function migrate(source: DataSource, schema: string): Promise<void> {
  const runner = source.createQueryRunner();
  await runner.connect();
  try {
    await withLock(runner, schema, async () => {
      await source.runMigrations();
    });
  } finally {
    await runner.release();
  }
}

async function withLock(
  connection: { query(sql: string, parameters?: unknown[]): Promise<unknown> },
  schema: string,
  work: () => Promise<void>,
): Promise<void> {
  await connection.query('SELECT pg_advisory_lock(hashtext($1), 1)', [schema]);
  try {
    await work();
  } finally {
    await connection.query('SELECT pg_advisory_unlock(hashtext($1), 1)', [schema]);
  }
}

export type { DataSource, EntityManager };
