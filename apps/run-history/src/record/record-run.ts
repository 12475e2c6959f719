import type { EventData, RunSpecification, runFinishedV1, runStateChangedV1 } from '@aml/contracts';
import type { EntityManager } from '@aml/database';
import { RunEntity, type EnvironmentLockData } from '../storage/run.entity';

/** Opens the record of a run. */
export async function recordRequest(manager: EntityManager, specification: RunSpecification): Promise<void> {
  const { commit } = specification.client;
  const run = Object.assign(new RunEntity(), {
    runId: specification.runId,
    projectId: specification.projectId,
    runNumber: specification.runNumber,
    script: specification.script,
    target: specification.target.name,
    status: 'NotStarted',
    statusReason: 'accepted',
    createdAt: new Date(specification.submittedAt),
    startedAt: null,
    endedAt: null,
    durationMs: null,
    name: specification.name,
    description: specification.description,
    tags: specification.tags,
    hidden: !specification.tracked,
    tracked: specification.tracked,
    exitCode: null,
    error: null,
    warnings: specification.warnings,
    specification,
    environment: null,
    properties: commit === null ? {} : { CommitId: commit },
    metrics: {},
    metricsLast: {},
    claims: [],
    metricsOffset: 0,
    fence: 0,
  });
  await manager.save(run);
  await addState(manager, specification.runId, 'NotStarted', specification.submittedAt, {
    reason: 'accepted',
  });
}

export async function recordState(
  manager: EntityManager,
  data: EventData<typeof runStateChangedV1>,
): Promise<void> {
  await manager.update(RunEntity, { runId: data.runId }, { status: data.to, statusReason: data.why.reason });
  if (data.to === 'Running') {
    await manager.query('UPDATE run SET started_at = coalesce(started_at, $2) WHERE run_id = $1', [
      data.runId,
      data.at,
    ]);
  }
  await addState(manager, data.runId, data.to, data.at, data.why);
}

export async function recordFinish(
  manager: EntityManager,
  data: EventData<typeof runFinishedV1>,
): Promise<void> {
  await manager.query(
    `UPDATE run SET status = $2, status_reason = $3, exit_code = $4, error = $5,
       started_at = coalesce($6::timestamptz, started_at), ended_at = coalesce($7::timestamptz, $8::timestamptz),
       duration_ms = $9, warnings = warnings || $10::jsonb WHERE run_id = $1`,
    [
      data.runId,
      data.status,
      data.why.reason,
      data.exitCode,
      data.error === null ? null : JSON.stringify(data.error),
      data.scriptStartedAt,
      data.scriptEndedAt,
      data.at,
      data.durationSeconds === null ? null : data.durationSeconds * 1000,
      JSON.stringify(data.warnings),
    ],
  );
  await addState(manager, data.runId, data.status, data.at, data.why);
}

export interface EnvironmentNews {
  readonly identity: string;
  readonly image: string | null;
  readonly buildId: string | null;
  readonly reused: boolean;
  readonly lock: EnvironmentLockData | null;
  readonly warnings: readonly string[];
}

export async function recordEnvironment(
  manager: EntityManager,
  runId: string,
  news: EnvironmentNews,
): Promise<void> {
  const { identity, image, buildId, reused, lock, warnings } = news;
  await manager.query('UPDATE run SET environment = $2, warnings = warnings || $3::jsonb WHERE run_id = $1', [
    runId,
    JSON.stringify({ identity, image, buildId, reused, lock }),
    JSON.stringify(warnings),
  ]);
}

async function addState(
  manager: EntityManager,
  runId: string,
  state: string,
  at: string,
  why: { reason: string; evidence?: string | undefined; details?: unknown },
): Promise<void> {
  await manager.query(
    'INSERT INTO run_state (run_id, state, at, reason, evidence, details) VALUES ($1, $2, $3, $4, $5, $6)',
    [
      runId,
      state,
      at,
      why.reason,
      why.evidence ?? null,
      why.details === undefined ? null : JSON.stringify(why.details),
    ],
  );
}
