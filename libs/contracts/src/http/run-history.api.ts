import { z } from 'zod';
import { defineApi } from './endpoint';
import { Count, Flag, OffsetPageQuery, TextList } from './paging';
import {
  ArtifactBody,
  AssetBody,
  LogSummary,
  MetricPoint,
  RunDetailsBody,
  RunRecordBody,
} from './run-record';

const RunParams = z.object({ runId: z.string() });

export const runHistoryApi = defineApi({
  service: 'run-history',
  description: 'Run records, logs, metrics, artifacts and promoted assets.',
  endpoints: {
    listRuns: {
      method: 'GET',
      path: '/runs',
      summary: 'Records with filters, sort and paging',
      query: z.object({
        ...OffsetPageQuery,
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
      query: z.object({ ...OffsetPageQuery, name: z.string().optional() }),
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
