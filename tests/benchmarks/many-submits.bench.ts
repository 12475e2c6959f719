import { waitUntil } from '@aml/testing';
import pg from 'pg';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { row, type Benchmark } from './benchmark';
import { removeImage } from './engine-api';
import { timed } from './measure';
import { pipOnly, Services, type Surroundings } from './surroundings';

const SUBMITS = 1000;
/** One environment for each round, so that each round has to build. */
const VERSIONS = ['1.10.0', '1.11.0', '1.12.0', '1.13.0', '1.14.0', '1.15.0', '1.16.0'];

interface Accepted {
  readonly runId: string;
  readonly runNumber: number;
  readonly repeated: boolean;
}

interface RunRecord {
  readonly specification: {
    readonly projectId: string;
    readonly snapshot: { readonly id: string };
    readonly client: object;
  };
}

interface Round {
  readonly seconds: number;
  readonly bareSeconds: number;
  readonly builds: number;
}

/** A thousand submits at the same moment, to one environment that is not there yet: accepted, kept, each once, one build. */
export const manySubmits: Benchmark = {
  topic: 'many-submits',
  run: async (surroundings) => {
    const rounds: Round[] = [];
    for (const version of VERSIONS.slice(0, surroundings.repetitions))
      rounds.push(await submitAll(surroundings, version));
    const builds = rounds.map((round) => round.builds);
    return [
      row({
        what: '1,000 submits at once until all are accepted',
        unit: 's',
        beside: '1,000 committed inserts of the same JSON',
        ours: rounds.map(({ seconds }) => seconds),
        bare: rounds.map(({ bareSeconds }) => bareSeconds),
        bar: { under: 10 },
        note: 'in every round each was in the history once, and 100 that were sent again gave the same runs',
      }),
      row({
        what: 'images built for 1,000 runs of a new environment',
        unit: 'builds',
        beside: 'the least that can be',
        ours: builds,
        bare: builds.map(() => 1),
        bar: { text: 'one build', met: builds.every((count) => count === 1) },
      }),
    ];
  },
};

async function submitAll(surroundings: Surroundings, version: string): Promise<Round> {
  const { journey } = surroundings;
  const services = new Services(journey);
  const project = await journey.project(`submits-${version.replaceAll('.', '-')}`, {
    'nothing.py': '',
    'aml_config/conda_dependencies.yml': pipOnly(`six==${version}`),
  });
  const { identity } = await project.json<{ identity: string }>('environment', 'plan', '-c', 'docker');
  await removeImage(`aml-env:${identity.slice(0, 32)}`);
  await project.succeed('experiment', 'submit', '-c', 'local', 'nothing.py');
  const { specification } = await project.json<RunRecord>('history', 'last');
  const bodies = Array.from({ length: SUBMITS }, (_, index) => ({
    projectId: specification.projectId,
    snapshotId: specification.snapshot.id,
    client: specification.client,
    configuration: 'docker',
    script: 'nothing.py',
    idempotencyKey: `bench-${version}-${index}`,
    tags: { bench: 'many' },
  }));
  const submit = (body: object): Promise<Accepted> => services.post('/config-service/runs', body);
  const bareSeconds = await insertAll(surroundings.postgres.url, bodies);
  let accepted: readonly Accepted[] = [];
  const seconds =
    (await timed(async () => (accepted = await Promise.all(bodies.map((body) => submit(body)))))) / 1000;
  await expectEachOnce(services, specification.projectId, accepted);
  const again = await Promise.all(bodies.slice(0, 100).map((body) => submit(body)));
  for (const [index, { runId, repeated }] of again.entries())
    if (!repeated || runId !== accepted[index]?.runId) throw new Error(`submit ${index} was accepted twice`);
  await expectEachOnce(services, specification.projectId, accepted);
  const database = databaseUrl(surroundings);
  await waitUntil('the environment is built', async () => !(await isBuilding(database, identity)), 300);
  await cancelAll(services, accepted);
  const builds = await countBuilds(database, identity);
  await project.succeed('experiment', 'clean', '-c', 'docker');
  return { seconds, bareSeconds, builds };
}

/** @throws Error where the history has fewer or more runs of the project than were accepted. */
async function expectEachOnce(
  services: Services,
  projectId: string,
  accepted: readonly Accepted[],
): Promise<void> {
  const ids = new Set(accepted.map(({ runId }) => runId));
  if (ids.size !== SUBMITS || new Set(accepted.map(({ runNumber }) => runNumber)).size !== SUBMITS)
    throw new Error(`${SUBMITS} submits were given ${ids.size} run ids`);
  let listed: string[] = [];
  await waitUntil(
    'all runs are in the history',
    async () => (listed = await listRuns(services, projectId)).length >= SUBMITS,
    120,
  );
  if (listed.length !== SUBMITS || listed.some((id) => !ids.has(id)))
    throw new Error(`the history has ${listed.length} runs, not the ${SUBMITS} that were accepted`);
}

async function listRuns(services: Services, projectId: string): Promise<string[]> {
  const runs: string[] = [];
  for (let cursor = ''; ;) {
    const page = await services.get<{ items: { run_id: string }[]; next: string | null }>(
      `/run-history/runs?projectId=${projectId}&target=docker&limit=200${cursor}`,
    );
    runs.push(...page.items.map((record) => record.run_id));
    if (page.next === null) return runs;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}

async function cancelAll(services: Services, accepted: readonly Accepted[]): Promise<void> {
  for (let from = 0; from < accepted.length; from += 50)
    await Promise.all(accepted.slice(from, from + 50).map(({ runId }) => cancel(services, runId)));
  await waitUntil(
    'all runs are over',
    async () => (await services.get<{ items: unknown[] }>('/dispatcher/runs')).items.length === 0,
    300,
  );
}

/** Some have ended by themselves in the meantime. */
async function cancel(services: Services, runId: string): Promise<void> {
  try {
    await services.post(`/dispatcher/runs/${encodeURIComponent(runId)}/cancel`, {});
  } catch (error) {
    if (!String(error).includes('run-final')) throw error;
  }
}

/** Ten connections, each insert a transaction of its own, as durable as ours. @returns seconds */
async function insertAll(url: string, bodies: readonly object[]): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  try {
    await pool.query('CREATE TABLE IF NOT EXISTS submit (id bigserial PRIMARY KEY, body jsonb NOT NULL)');
    await Promise.all(Array.from({ length: 10 }, () => pool.query('SELECT pg_sleep(0.01)')));
    return (
      (await timed(() =>
        Promise.all(
          bodies.map((body) => pool.query('INSERT INTO submit (body) VALUES ($1)', [JSON.stringify(body)])),
        ),
      )) / 1000
    );
  } finally {
    await pool.end();
  }
}

function databaseUrl({ journey }: Surroundings): string {
  const folder = join(journey.home, 'database');
  const password = readFileSync(join(folder, 'password'), 'utf8').trim();
  return `postgres://aml:${password}@/aml?host=${encodeURIComponent(join(folder, 'socket'))}`;
}

async function isBuilding(database: string, identity: string): Promise<boolean> {
  const builds = await ask(
    database,
    `SELECT status FROM environment_builder.build WHERE identity = $1`,
    identity,
  );
  return builds.length === 0 || builds.some((build) => build['status'] === 'building');
}

async function countBuilds(database: string, identity: string): Promise<number> {
  return (await ask(database, 'SELECT 1 FROM environment_builder.build WHERE identity = $1', identity))
    .length;
}

async function ask(
  database: string,
  sql: string,
  value: string,
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, [value])).rows;
  } finally {
    await client.end();
  }
}
