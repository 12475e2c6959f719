import { AppError } from '@aml/errors';
import pg from 'pg';
import { describeDatabase, openError } from './database-error';

/** First number of our advisory locks on whole databases. */
const CLAIM = 4218;
/** A process that was killed holds its claim until the server notices that its connection is gone. */
const PATIENCE_MS = 3_000;

/**
 * Claims a database for this process, as long as its connection lasts: a second set of services on it would take the
 * first one's runs away.
 * @returns how to give it back. @throws AppError `database-in-use` (blame: user), or why it cannot be opened.
 */
export async function claimDatabase(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A server that restarts drops the claim; whoever has the connections of the services notices too.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw openError(error, url);
  }
  for (const deadline = Date.now() + PATIENCE_MS; ;) {
    const { rows } = await client.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1, 0) AS free', [
      CLAIM,
    ]);
    if (rows[0]?.free) return () => client.end();
    if (Date.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await client.end();
  throw new AppError({
    code: 'database-in-use',
    message: `the services of another AML_HOME use the database ${describeDatabase(url)}`,
    hint: 'Stop them (aml server stop), or give these a database of their own in DATABASE_URL.',
    blame: 'user',
  });
}
