import type { EnvironmentBody, EnvironmentInputs, ErrorBody } from '@aml/contracts';
import { EnvironmentLock } from '@aml/contracts';
import type { DataSource, EntityManager } from '@aml/database';
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

  /** Identities that a run which goes on needs. */
  async inUse(): Promise<Set<string>> {
    const rows = (await this.database.query('SELECT DISTINCT identity FROM environment_use')) as {
      identity: string;
    }[];
    return new Set(rows.map(({ identity }) => identity));
  }

  async begin(
    manager: EntityManager,
    environment: {
      identity: string;
      engine: string;
      definition: EnvironmentDefinition;
      inputs: EnvironmentInputs;
      project: string;
      buildId: string | null;
      warnings: readonly string[];
    },
  ): Promise<void> {
    await manager.query(
      `INSERT INTO environment (identity, engine, status, build_id, definition, inputs, projects, warnings, created_at, last_used_at)
       VALUES ($1, $2, 'building', $3, $4, $5, ARRAY[$6], $7, now(), now())
       ON CONFLICT (identity, engine) DO UPDATE SET status = 'building', build_id = $3, error = NULL, last_used_at = now(),
         projects = (SELECT array_agg(DISTINCT p) FROM unnest(environment.projects || ARRAY[$6]) p)`,
      [
        environment.identity,
        environment.engine,
        environment.buildId,
        JSON.stringify(environment.definition),
        JSON.stringify(environment.inputs),
        environment.project,
        JSON.stringify(environment.warnings),
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
      [identity, engine, made.image, made.imageId, made.sizeBytes, made.seconds, JSON.stringify(made.lock)],
    );
  }

  async failed(manager: EntityManager, identity: string, engine: string, error: ErrorBody): Promise<void> {
    await manager.query(
      `UPDATE environment SET status = 'failed', error = $3 WHERE identity = $1 AND engine = $2`,
      [identity, engine, JSON.stringify(error)],
    );
  }

  async pruned(manager: EntityManager, identity: string, engine: string): Promise<void> {
    await manager.query(
      `UPDATE environment SET status = 'pruned', image_id = NULL, size_bytes = NULL WHERE identity = $1 AND engine = $2`,
      [identity, engine],
    );
  }

  async touch(
    manager: EntityManager,
    identity: string,
    engine: string,
    project: string,
    runId: string | null,
  ): Promise<void> {
    await manager.query(
      `UPDATE environment SET last_used_at = now(), projects = (SELECT array_agg(DISTINCT p) FROM unnest(projects || ARRAY[$3]) p)
       WHERE identity = $1 AND engine = $2`,
      [identity, engine, project],
    );
    if (runId !== null)
      await manager.query(
        'INSERT INTO environment_use (identity, run_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [identity, runId],
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
