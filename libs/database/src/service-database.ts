import { AppError } from '@aml/errors';
import 'reflect-metadata';
import { DataSource, type EntityManager, type MigrationInterface } from 'typeorm';

type Class<T> = new (...args: never[]) => T;

export interface ServiceDatabaseOptions {
  /** `postgres://…`, or a URL with a `host` parameter that is the folder of the server's socket. */
  readonly url: string;
  /** The service's own schema; made where it is missing. Nobody else reads it. */
  readonly schema: string;
  readonly entities: readonly Class<object>[];
  readonly migrations: readonly Class<MigrationInterface>[];
  /** Connections at most; default 6. */
  readonly poolSize?: number;
}

/** A schema name that may stand in SQL without quoting. */
function checkedSchema(schema: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new Error(`not a schema name: ${schema}`);
  return schema;
}

/**
 * Opens a service's schema and brings it up to date, one process at a time (advisory lock).
 * @throws AppError `database-unreachable` (retryable, blame: us).
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
    poolSize: options.poolSize ?? 6,
    extra: { options: `-c search_path=${schema}`, idleTimeoutMillis: 30_000 },
  });
  try {
    await createSchema(options.url, schema);
    await source.initialize();
    await migrate(source, schema);
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw databaseError(error);
  }
  return source;
}

async function createSchema(url: string, schema: string): Promise<void> {
  const { Client } = (await import('pg')).default;
  const client = new Client({ connectionString: url });
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

/** SQLSTATE classes and socket errors that mean "the server is away", not "the statement is wrong". */
export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string' && /^(08|57P|53)|^(ECONN|ENOENT$|EPIPE|ETIMEDOUT)/.test(code)) return true;
  return (
    error instanceof Error &&
    /connection terminated|timeout exceeded when trying to connect/i.test(error.message)
  );
}

/** True where two transactions stood in each other's way: the same work may succeed at once. */
export function isLockConflict(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === '40001' || code === '40P01';
}

/** True where a unique constraint was hit; with a name: that constraint. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const detail = error as { code?: unknown; constraint?: unknown; driverError?: unknown } | undefined;
  if (detail?.code === '23505') return constraint === undefined || detail.constraint === constraint;
  return detail?.driverError !== undefined && isUniqueViolation(detail.driverError, constraint);
}

function databaseError(error: unknown): unknown {
  if (!isConnectionError(error)) return error;
  return new AppError({
    code: 'database-unreachable',
    message: `the database cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'Check DATABASE_URL and that the server is running; without DATABASE_URL the embedded one is used.',
    retryable: true,
    cause: error,
  });
}

export type { DataSource, EntityManager };
