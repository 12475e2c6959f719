import type { RunRecordBody } from '@aml/contracts';
import { formatDuration, isFinal } from '@aml/run-model';
import type { RunExtras } from '../storage/run-extras';
import type { RunEntity } from '../storage/run.entity';

/** A run in the spelling of the old service; metrics stand at the top level too, where no field has their name. */
export function runRecord(run: RunEntity, extras: RunExtras): RunRecordBody {
  const logs =
    run.status === 'NotStarted' || run.status === 'Queued' ? [] : ['control_log.txt', 'driver_log.txt'];
  const fields: RunRecordBody = {
    run_id: run.runId,
    run_number: run.runNumber,
    script_name: run.script,
    target: run.target,
    status: run.status,
    status_reason: run.statusReason,
    created_utc: run.createdAt.toISOString(),
    start_time_utc: run.startedAt?.toISOString() ?? null,
    end_time_utc: run.endedAt?.toISOString() ?? null,
    duration: durationOf(run),
    user_id: run.specification.userId,
    experiment_id: run.projectId,
    project_name: run.specification.projectName,
    parent_run_id: null,
    name: run.name,
    description: run.description,
    hidden: run.hidden,
    heartbeat_enabled: !isFinal(run.status),
    properties: run.properties,
    tags: run.tags,
    attachments: [...logs, ...extras.artifactPaths].join(','),
    arguments: run.specification.arguments,
    run_configuration: run.specification.configuration.name,
    framework: run.specification.framework,
    exit_code: run.exitCode,
    error: run.error,
    metrics: run.metrics,
    environment: extras.environment?.identity ?? null,
    snapshot: run.specification.snapshot.id,
    warnings: [...run.warnings, ...extras.warnings],
  };
  return { ...run.metrics, ...fields };
}

function durationOf(run: RunEntity): string | null {
  if (run.durationMs !== null) return formatDuration(run.durationMs);
  if (run.startedAt === null) return null;
  const end = run.endedAt ?? (isFinal(run.status) ? run.startedAt : new Date());
  return formatDuration(end.getTime() - run.startedAt.getTime());
}
