import type {
  EventData,
  RunSpecification,
  StateEvidence,
  runFinishedV1,
  runStateChangedV1,
} from '@aml/contracts';
import { toJsonb, type EntityManager } from '@aml/database';
import type { RunEnvironment } from '../storage/run-extras';

/** Opens the record of a run; a record that is there is left as it is. */
export async function recordRequest(manager: EntityManager, specification: RunSpecification): Promise<void> {
  const { commit } = specification.client;
  await manager.query(
    `WITH opened AS (
       INSERT INTO run (run_id, project_id, run_number, script, target, status, status_reason, created_at, name, description,
         tags, hidden, tracked, warnings, specification, properties, metrics, metrics_last, metrics_counts, claims)
       VALUES ($1, $2, $3, $4, $5, 'NotStarted', 'accepted', $6, $7, $8, $9, $10, $11, $12, $13, $14, '{}', '{}', '{}', '[]')
       ON CONFLICT DO NOTHING RETURNING run_id)
     INSERT INTO run_state (run_id, state, at, reason) SELECT run_id, 'NotStarted', $6, 'accepted' FROM opened`,
    [
      specification.runId,
      specification.projectId,
      specification.runNumber,
      specification.script,
      specification.target.name,
      specification.submittedAt,
      specification.name,
      specification.description,
      toJsonb(specification.tags),
      !specification.tracked,
      specification.tracked,
      toJsonb(specification.warnings),
      toJsonb(specification),
      toJsonb(commit === null ? {} : { CommitId: commit }),
    ],
  );
}

export async function recordState(
  manager: EntityManager,
  { runId, to, at, why }: EventData<typeof runStateChangedV1>,
): Promise<void> {
  await manager.query(
    `WITH changed AS (
       UPDATE run SET status = $2, status_reason = $4,
         started_at = CASE WHEN $2 = 'Running' THEN coalesce(started_at, $3) ELSE started_at END WHERE run_id = $1)
     ${ADD_STATE}`,
    [runId, to, at, ...stateValues(why)],
  );
}

export async function recordFinish(
  manager: EntityManager,
  data: EventData<typeof runFinishedV1>,
): Promise<void> {
  await manager.query(
    `WITH changed AS (
       UPDATE run SET status = $2, status_reason = $4, exit_code = $7, error = $8,
         started_at = coalesce($9::timestamptz, started_at), ended_at = coalesce($10::timestamptz, $3),
         duration_ms = $11, warnings = warnings || $12::jsonb WHERE run_id = $1)
     ${ADD_STATE}`,
    [
      data.runId,
      data.status,
      data.at,
      ...stateValues(data.why),
      data.exitCode,
      data.error === null ? null : toJsonb(data.error),
      data.scriptStartedAt,
      data.scriptEndedAt,
      data.durationSeconds === null ? null : data.durationSeconds * 1000,
      toJsonb(data.warnings),
    ],
  );
}

/** What became of the environment that a run waits for; the run itself may not be recorded yet. */
export async function recordEnvironment(
  manager: EntityManager,
  runId: string,
  environment: RunEnvironment,
  warnings: readonly string[],
): Promise<void> {
  await manager.query(
    `INSERT INTO run_environment (run_id, environment, warnings) VALUES ($1, $2, $3)
     ON CONFLICT (run_id) DO UPDATE SET environment = $2, warnings = $3`,
    [runId, toJsonb(environment), toJsonb(warnings)],
  );
}

/** Run, state and time are `$1` to `$3`, `stateValues` what follows. */
const ADD_STATE =
  'INSERT INTO run_state (run_id, state, at, reason, evidence, details) VALUES ($1, $2, $3::timestamptz, $4, $5, $6::jsonb)';

function stateValues(why: StateEvidence): unknown[] {
  return [why.reason, why.evidence ?? null, why.details === undefined ? null : toJsonb(why.details)];
}
