import type { RunDetailsBody } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import type { LogStore } from '../logs/log-store';
import { ArtifactEntity } from '../storage/artifact.entity';
import { loadExtras } from '../storage/run-extras';
import { unknownRun } from '../storage/run-lock';
import { RunEntity } from '../storage/run.entity';
import { runRecord } from './run-record';

interface StateRow {
  readonly state: RunDetailsBody['states'][number]['state'];
  readonly at: Date;
  readonly reason: string;
  readonly evidence: string | null;
  readonly details: unknown;
}

/** The whole record of a run. */
export class ShowRun {
  constructor(
    private readonly database: DataSource,
    private readonly logs: LogStore,
  ) {}

  /** @throws AppError `run-unknown`. */
  async requireRun(runId: string): Promise<void> {
    if (!(await this.database.getRepository(RunEntity).existsBy({ runId }))) throw unknownRun(runId);
  }

  /** @throws AppError `run-unknown`. */
  async execute(runId: string): Promise<RunDetailsBody> {
    const run = await this.database.getRepository(RunEntity).findOneBy({ runId });
    if (!run) throw unknownRun(runId);
    const states = (await this.database.query(
      'SELECT state, at, reason, evidence, details FROM run_state WHERE run_id = $1 ORDER BY seq',
      [runId],
    )) as StateRow[];
    const extras = (await loadExtras(this.database, [runId]))(runId);
    const artifacts = await this.database
      .getRepository(ArtifactEntity)
      .find({ where: { runId }, order: { path: 'ASC' } });
    return {
      record: runRecord(run, extras),
      specification: run.specification,
      states: states.map((row) => ({ ...row, at: row.at.toISOString() })),
      logs: await this.logs.summaries(runId),
      artifacts: artifacts.map(artifactBody),
      environment: extras.environment,
      claims: run.claims.map(({ status, details, at }) => ({ status, details: details ?? null, at })),
    };
  }
}

export function artifactBody(artifact: ArtifactEntity): RunDetailsBody['artifacts'][number] {
  return {
    path: artifact.path,
    sizeBytes: artifact.size,
    sha256: artifact.sha256,
    createdUtc: artifact.createdAt.toISOString(),
  };
}
