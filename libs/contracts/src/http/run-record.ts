import { RUN_STATES } from '@aml/run-model';
import { z } from 'zod';
import { EnvironmentLock } from '../events/environment-ready.v1';
import { ErrorBody, RunSpecification, TextMap } from '../run-specification';

/** A point of a series: value as logged (non-finite numbers as `{"$float": "nan"}`), time in epoch seconds. */
export const MetricPoint = z
  .object({ name: z.string(), kind: z.string(), value: z.unknown(), time: z.number() })
  .meta({ id: 'MetricPoint' });

export const ArtifactBody = z
  .object({ path: z.string(), sizeBytes: z.number().int(), sha256: z.string(), createdUtc: z.iso.datetime() })
  .meta({ id: 'Artifact' });
export type ArtifactBody = z.infer<typeof ArtifactBody>;

/** The record of a run, in the spelling of the old service; metrics stand at the top level too, fields win over metrics of their name. */
export const RunRecordBody = z
  .looseObject({
    run_id: z.string(),
    run_number: z.number().int(),
    script_name: z.string(),
    target: z.string(),
    status: z.enum(RUN_STATES),
    status_reason: z.string(),
    created_utc: z.iso.datetime(),
    start_time_utc: z.iso.datetime().nullable(),
    end_time_utc: z.iso.datetime().nullable(),
    duration: z.string().nullable().describe('H:MM:SS.ffffff'),
    user_id: z.string(),
    experiment_id: z.string(),
    project_name: z.string(),
    parent_run_id: z.string().nullable(),
    name: z.string().nullable(),
    description: z.string().nullable(),
    hidden: z.boolean(),
    heartbeat_enabled: z.boolean(),
    properties: TextMap,
    tags: TextMap,
    attachments: z.string().describe('comma-separated paths'),
    arguments: z.array(z.string()),
    run_configuration: z.string(),
    framework: z.string(),
    exit_code: z.number().int().nullable(),
    error: ErrorBody.nullable(),
    metrics: z
      .record(z.string(), z.unknown())
      .describe('last value, or the list of values where it was logged more than once'),
    environment: z.string().nullable().describe('identity'),
    snapshot: z.string(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'RunRecord' });
export type RunRecordBody = z.infer<typeof RunRecordBody>;

export const LogSummary = z
  .object({
    stream: z.string(),
    bytes: z.number().int(),
    lines: z.number().int().nullable(),
    sha256: z.string().nullable(),
    sealed: z.boolean(),
    masked: z.number().int().describe('secret values replaced'),
  })
  .meta({ id: 'LogSummary' });

export const RunDetailsBody = z
  .object({
    record: RunRecordBody,
    specification: RunSpecification,
    states: z.array(
      z.object({
        state: z.enum(RUN_STATES),
        at: z.iso.datetime(),
        reason: z.string(),
        evidence: z.string().nullable(),
        details: z.unknown().nullable(),
      }),
    ),
    logs: z.array(LogSummary),
    artifacts: z.array(ArtifactBody),
    environment: z
      .object({
        identity: z.string(),
        image: z.string().nullable(),
        buildId: z.string().nullable(),
        reused: z.boolean(),
        lock: EnvironmentLock.nullable(),
      })
      .nullable(),
    claims: z.array(z.object({ status: z.string(), details: z.string().nullable(), at: z.string() })),
  })
  .meta({ id: 'RunDetails' });
export type RunDetailsBody = z.infer<typeof RunDetailsBody>;

/** One line of the live stream of a run (`application/x-ndjson`). */
export const FollowLine = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('state'),
      state: z.enum(RUN_STATES),
      reason: z.string(),
      at: z.iso.datetime(),
    }),
    z.object({
      type: z.literal('chunk'),
      stream: z.string(),
      offset: z.number().int(),
      data: z.string().describe('base64'),
    }),
    z.object({ type: z.literal('beat') }),
    z.object({
      type: z.literal('end'),
      status: z.enum(RUN_STATES),
      exitCode: z.number().int().nullable(),
      error: ErrorBody.nullable(),
      reason: z.string(),
    }),
  ])
  .meta({ id: 'FollowLine' });
export type FollowLine = z.infer<typeof FollowLine>;

export const AssetBody = z
  .object({
    id: z.uuid(),
    name: z.string(),
    version: z.number().int(),
    run_id: z.string(),
    path: z.string(),
    sha256: z.string(),
    sizeBytes: z.number().int(),
    createdUtc: z.iso.datetime(),
  })
  .meta({ id: 'Asset' });
