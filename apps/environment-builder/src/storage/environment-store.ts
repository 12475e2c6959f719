import type { EnvironmentBody, EnvironmentInputs, ErrorBody } from '@aml/contracts';
import { EnvironmentLock } from '@aml/contracts';
import { toJsonb, type DataSource, type EntityManager } from '@aml/database';
import type { EnvironmentDefinition } from '@aml/environments';
import { AppError } from '@aml/errors';

interface EnvironmentRow {
  readonly identity: string;
  readonly engine: string;
  readonly status: EnvironmentBody['status'];
  readonly image: string | null;
  readonly image_id: string | null;
  readonly size_bytes: string | null;
  readonly build_id: string | null;
  readonly build_seconds: number | null;
  readonly definition: EnvironmentDefinition;
  readonly inputs: EnvironmentInputs;
  readonly lock: EnvironmentLock | null;
  readonly projects: string[];
  readonly error: ErrorBody | null;
  readonly warnings: string[];
  readonly created_at: Date;
  readonly last_used_at: Date;
}

export interface StoredEnvironment extends EnvironmentBody {
  readonly definition: EnvironmentDefinition;
  readonly lock: EnvironmentLock | null;
}

/** A request that is older than this is answered or lost; until then the end of its run must be known. */
const RUN_OVER_DAYS = 30;

/** Environments and where they are. */
export class EnvironmentStore {
  constructor(private readonly database: DataSource) {}

  async find(identity: string, engine: string): Promise<StoredEnvironment | undefined> {
    const rows = (await this.database.query('SELECT * FROM environment WHERE identity = $1 AND engine = $2', [
      identity,
      engine,
    ])) as EnvironmentRow[];
    return rows[0] && stored(rows[0]);
  }

  /** The environment that a project had last, other than this one. */
  async previousOf(projectName: string, identity: string): Promise<StoredEnvironment | undefined> {
    const rows = (await this.database.query(
      `SELECT * FROM environment WHERE $1 = ANY(projects) AND identity <> $2 AND status IN ('ready', 'pruned') ORDER BY last_used_at DESC LIMIT 1`,
      [projectName, identity],
    )) as EnvironmentRow[];
    return rows[0] && stored(rows[0]);
  }

  /** @throws AppError `environment-unknown`, also where a prefix fits several. */
  async findByPrefix(prefix: string): Promise<StoredEnvironment> {
    const rows = (await this.database.query(
      'SELECT * FROM environment WHERE identity LIKE $1 ORDER BY last_used_at DESC LIMIT 2',
      [`${prefix}%`],
    )) as EnvironmentRow[];
    const [row, other] = rows;
    if (row && (!other || other.identity === row.identity)) return stored(row);
    throw new AppError({
      code: 'environment-unknown',
      message: row ? `several environments begin with ${prefix}` : `there is no environment ${prefix}`,
      hint: 'aml environment list',
      blame: 'user',
    });
  }

  async list(query: {
    engine?: string | undefined;
    all: boolean;
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ items: StoredEnvironment[]; next: string | null }> {
    const start = Number(query.cursor ?? 0);
    const rows = (await this.database.query(
      `SELECT * FROM environment WHERE ($1::text IS NULL OR engine = $1) AND ($2 OR status IN ('building', 'ready'))
       ORDER BY last_used_at DESC, identity LIMIT $3 OFFSET $4`,
      [query.engine ?? null, query.all, query.limit + 1, start],
    )) as EnvironmentRow[];
    return {
      items: rows.slice(0, query.limit).map(stored),
      next: rows.length > query.limit ? String(start + query.limit) : null,
    };
  }

  /** Locks an environment for the rest of the transaction: it is not removed, and nobody begins to use it, meanwhile. */
  async lock(manager: EntityManager, identity: string, engine: string): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock(hashtext($1), 6)', [`${identity} ${engine}`]);
  }

  /** Is there a run that goes on and needs it? */
  async isUsed(manager: Pick<EntityManager, 'query'>, identity: string): Promise<boolean> {
    const rows = (await manager.query(
      `SELECT 1 FROM environment_use u WHERE identity = $1
       AND NOT EXISTS (SELECT 1 FROM run_over o WHERE o.run_id = u.run_id) LIMIT 1`,
      [identity],
    )) as unknown[];
    return rows.length > 0;
  }

  /** Forgets uses by runs that are over, and in time the runs themselves. */
  async forgetEndedRuns(): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.query('DELETE FROM environment_use u USING run_over o WHERE o.run_id = u.run_id');
      await manager.query('DELETE FROM run_over WHERE at < now() - make_interval(days => $1)', [
        RUN_OVER_DAYS,
      ]);
    });
  }

  async begin(
    manager: EntityManager,
    environment: {
      identity: string;
      engine: string;
      definition: EnvironmentDefinition;
      inputs: EnvironmentInputs | undefined;
      projects: readonly string[];
      buildId: string | null;
      warnings: readonly string[];
    },
  ): Promise<void> {
    await manager.query(
      `INSERT INTO environment (identity, engine, status, build_id, definition, inputs, projects, warnings, created_at, last_used_at)
       VALUES ($1, $2, 'building', $3, $4, $5, ARRAY(SELECT DISTINCT unnest($6::text[])), $7, now(), now())
       ON CONFLICT (identity, engine) DO UPDATE SET status = 'building', build_id = $3, error = NULL, last_used_at = now(),
         projects = ARRAY(SELECT DISTINCT unnest(environment.projects || $6::text[]))`,
      [
        environment.identity,
        environment.engine,
        environment.buildId,
        toJsonb(environment.definition),
        toJsonb(environment.inputs),
        environment.projects,
        toJsonb(environment.warnings),
      ],
    );
  }

  async ready(
    manager: EntityManager,
    identity: string,
    engine: string,
    made: {
      image: string;
      imageId: string;
      sizeBytes: number;
      seconds: number | null;
      lock: EnvironmentLock;
    },
  ): Promise<void> {
    await manager.query(
      `UPDATE environment SET status = 'ready', image = $3, image_id = $4, size_bytes = $5, build_seconds = coalesce($6, build_seconds), lock = $7, error = NULL
       WHERE identity = $1 AND engine = $2`,
      [identity, engine, made.image, made.imageId, made.sizeBytes, made.seconds, toJsonb(made.lock)],
    );
  }

  async failed(manager: EntityManager, identity: string, engine: string, error: ErrorBody): Promise<void> {
    await manager.query(
      `UPDATE environment SET status = 'failed', error = $3 WHERE identity = $1 AND engine = $2`,
      [identity, engine, toJsonb(error)],
    );
  }

  async pruned(manager: EntityManager, identity: string, engine: string): Promise<void> {
    await manager.query(
      `UPDATE environment SET status = 'pruned', image_id = NULL, size_bytes = NULL WHERE identity = $1 AND engine = $2`,
      [identity, engine],
    );
  }

  /** Notes that an environment is used now, and by which runs. */
  async touch(
    manager: EntityManager,
    identity: string,
    engine: string,
    by: { readonly projects: readonly string[]; readonly runs: readonly string[] },
  ): Promise<void> {
    await manager.query(
      `UPDATE environment SET last_used_at = now(), projects = ARRAY(SELECT DISTINCT unnest(projects || $3::text[]))
       WHERE identity = $1 AND engine = $2`,
      [identity, engine, by.projects],
    );
    if (by.runs.length === 0) return;
    await manager.query(
      'INSERT INTO environment_use (identity, run_id) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING',
      [identity, by.runs],
    );
  }
}

function stored(row: EnvironmentRow): StoredEnvironment {
  return {
    identity: row.identity,
    engine: row.engine,
    status: row.status,
    image: row.image,
    imageId: row.image_id,
    sizeBytes: row.size_bytes === null ? null : Number(row.size_bytes),
    buildId: row.build_id,
    buildSeconds: row.build_seconds,
    projects: row.projects,
    createdUtc: row.created_at.toISOString(),
    lastUsedUtc: row.last_used_at.toISOString(),
    python: row.lock?.python ?? null,
    baseImage: row.definition.base.reference,
    framework: row.inputs.framework,
    conda: row.inputs.conda,
    pip: row.inputs.pip,
    error: row.error,
    warnings: row.warnings,
    definition: row.definition,
    lock: row.lock,
  };
}
