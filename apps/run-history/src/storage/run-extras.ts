import type { EnvironmentLock } from '@aml/contracts';
import type { DataSource } from '@aml/database';

/** What the record knows of a run's environment. */
export interface RunEnvironment {
  readonly identity: string;
  readonly image: string | null;
  readonly buildId: string | null;
  readonly reused: boolean;
  readonly lock: EnvironmentLock | null;
}

/** What records show of a run beside its own row. */
export interface RunExtras {
  readonly artifactPaths: readonly string[];
  readonly environment: RunEnvironment | null;
  /** Of the environment. */
  readonly warnings: readonly string[];
}

const NONE: RunExtras = { artifactPaths: [], environment: null, warnings: [] };

/** The extras of many runs with two questions; ask the result for each. */
export async function loadExtras(
  database: DataSource,
  runIds: readonly string[],
): Promise<(runId: string) => RunExtras> {
  const [paths, environments] = (await Promise.all([
    database.query(
      'SELECT run_id, array_agg(path ORDER BY path) AS paths FROM artifact WHERE run_id = ANY($1) GROUP BY run_id',
      [runIds],
    ),
    database.query('SELECT * FROM run_environment WHERE run_id = ANY($1)', [runIds]),
  ])) as [
    { run_id: string; paths: string[] }[],
    { run_id: string; environment: RunEnvironment; warnings: string[] }[],
  ];
  const extras = new Map<string, RunExtras>();
  for (const { run_id: id, environment, warnings } of environments)
    extras.set(id, { ...NONE, environment, warnings });
  for (const { run_id: id, paths: artifactPaths } of paths)
    extras.set(id, { ...(extras.get(id) ?? NONE), artifactPaths });
  return (runId) => extras.get(runId) ?? NONE;
}
