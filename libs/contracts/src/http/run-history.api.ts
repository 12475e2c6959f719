import { RUN_STATES } from '@aml/run-model';
import { z } from 'zod';
import { EnvironmentLock } from '../events/environment-ready.v1';
import { ErrorBody, RunSpecification, TextMap } from '../run-specification';
import { defineApi } from './endpoint';
import { Count, Flag, PageQuery, TextList } from './paging';

const RunParams = z.object({ runId: z.string() });

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

export const runHistoryApi = defineApi({
  service: 'run-history',
  description: 'Run records, logs, metrics, artifacts and promoted assets.',
  endpoints: {
    listRuns: {
      method: 'GET',
      path: '/runs',
      summary: 'Records with filters, sort and paging',
      query: z.object({
        ...PageQuery,
        projectId: z.uuid().optional(),
        status: TextList.optional(),
        target: TextList.optional(),
        script: z.string().optional(),
        tag: TextList.optional().describe('K or K=V'),
        name: z.string().optional(),
        since: z.iso.datetime().optional(),
        until: z.iso.datetime().optional(),
        metric: TextList.optional().describe('NAME, NAME>0.9, NAME<=2, NAME=x'),
        sort: z
          .string()
          .default('-created_utc')
          .describe('a field, or metrics.NAME; - in front for descending'),
        hidden: Flag.default(false).describe('also hidden runs'),
      }),
      result: z.object({
        items: z.array(RunRecordBody),
        next: z.string().nullable(),
        total: z.number().int(),
      }),
    },
    showRun: {
      method: 'GET',
      path: '/runs/:runId',
      summary: 'The whole record of a run',
      params: RunParams,
      result: RunDetailsBody,
    },
    editRun: {
      method: 'PATCH',
      path: '/runs/:runId',
      summary: 'Change name, description, tags (null removes one) or hide a run',
      params: RunParams,
      body: z.object({
        name: z.string().max(200).nullable().optional(),
        description: z.string().nullable().optional(),
        hidden: z.boolean().optional(),
        tags: z.record(z.string(), z.string().nullable()).optional(),
      }),
      result: RunRecordBody,
    },
    followRun: {
      method: 'GET',
      path: '/runs/:runId/follow',
      summary: 'State and log as they come, a JSON object a line, until the run is final',
      params: RunParams,
      query: z.object({
        stdout: Count.default(0),
        stderr: Count.default(0),
        build: Count.optional(),
        once: Flag.default(false).describe('what is there now, then end'),
      }),
      result: { stream: 'application/x-ndjson' },
    },
    readLog: {
      method: 'GET',
      path: '/runs/:runId/logs/:stream',
      summary: 'The bytes of a log (stdout, stderr, build or driver) from an offset',
      params: RunParams.extend({ stream: z.enum(['stdout', 'stderr', 'build', 'driver', 'control']) }),
      query: z.object({ offset: Count.default(0) }),
      result: { stream: 'application/octet-stream' },
    },
    appendLog: {
      method: 'PUT',
      path: '/runs/:runId/logs/:stream/:offset',
      summary:
        'Executor: bytes at an offset; repeats change nothing, a gap is refused, a stale fence is refused',
      params: RunParams.extend({ stream: z.string(), offset: Count }),
      query: z.object({
        fence: Count,
        masked: Count.default(0).describe('replacements so far in this stream'),
      }),
      body: { stream: 'application/octet-stream' },
      result: z.object({ size: z.number().int().describe('bytes of the stream that are safe') }),
    },
    sealLog: {
      method: 'POST',
      path: '/runs/:runId/logs/:stream/seal',
      summary: 'Executor: nothing more comes; bytes, lines and SHA-256 are fixed',
      params: RunParams.extend({ stream: z.string() }),
      body: z.object({ fence: z.number().int(), size: z.number().int() }),
      result: LogSummary,
    },
    logPositions: {
      method: 'GET',
      path: '/runs/:runId/positions',
      summary: 'Executor: how far the record has got, to go on from there',
      params: RunParams,
      result: z.object({
        logs: z.array(LogSummary),
        metricsOffset: z.number().int(),
        artifacts: z.array(ArtifactBody),
      }),
    },
    appendMetrics: {
      method: 'POST',
      path: '/runs/:runId/metrics',
      summary: 'Executor: lines of metrics.jsonl from a byte offset; repeats change nothing',
      params: RunParams,
      body: z.object({
        fence: z.number().int(),
        offset: z.number().int(),
        end: z.number().int(),
        lines: z.array(z.string()),
      }),
      result: z.object({ offset: z.number().int() }),
    },
    listMetrics: {
      method: 'GET',
      path: '/runs/:runId/metrics',
      summary: 'Every logged value of a run, in order',
      params: RunParams,
      query: z.object({ name: z.string().optional() }),
      result: z.object({ items: z.array(MetricPoint) }),
    },
    storeArtifact: {
      method: 'PUT',
      path: '/runs/:runId/artifacts',
      summary: 'Executor: one file of the run; answers when it is safe',
      params: RunParams,
      query: z.object({ path: z.string().min(1).max(4096), fence: Count }),
      body: { stream: 'application/octet-stream' },
      result: ArtifactBody,
    },
    readArtifact: {
      method: 'GET',
      path: '/runs/:runId/artifacts',
      summary: 'One file of the run',
      params: RunParams,
      query: z.object({ path: z.string().min(1).max(4096) }),
      result: { stream: 'application/octet-stream' },
    },
    compareRuns: {
      method: 'GET',
      path: '/compare',
      summary: 'What differs between two runs: arguments, configuration, packages, metrics, outputs',
      query: z.object({ a: z.string(), b: z.string() }),
      result: z.object({
        a: RunRecordBody,
        b: RunRecordBody,
        arguments: z.object({ a: z.array(z.string()), b: z.array(z.string()), same: z.boolean() }),
        configuration: z.array(z.object({ key: z.string(), a: z.unknown(), b: z.unknown() })),
        packages: z.array(
          z.object({
            name: z.string(),
            manager: z.enum(['conda', 'pip']),
            a: z.string().nullable(),
            b: z.string().nullable(),
          }),
        ),
        metrics: z.array(
          z.object({ name: z.string(), a: z.unknown(), b: z.unknown(), difference: z.number().nullable() }),
        ),
        outputs: z.array(z.object({ path: z.string(), a: z.string().nullable(), b: z.string().nullable() })),
        snapshots: z.object({ a: z.string(), b: z.string(), same: z.boolean() }),
      }),
    },
    promoteArtifact: {
      method: 'POST',
      path: '/assets',
      summary:
        'Give an artifact of a run a name of its own; the same content under the same name is the same version',
      status: 201,
      body: z.object({ runId: z.string(), path: z.string(), name: z.string().min(1).max(200) }),
      result: AssetBody,
    },
    listAssets: {
      method: 'GET',
      path: '/assets',
      summary: 'Promoted assets',
      query: z.object({ ...PageQuery, name: z.string().optional() }),
      result: z.object({ items: z.array(AssetBody), next: z.string().nullable() }),
    },
    readAsset: {
      method: 'GET',
      path: '/assets/:assetId/content',
      summary: 'The bytes of a promoted asset',
      params: z.object({ assetId: z.uuid() }),
      result: { stream: 'application/octet-stream' },
    },
  },
});
