import { RUN_STATES, TARGET_KINDS } from '@aml/run-model';
import { z } from 'zod';
import { defineApi } from './endpoint';

const RunParams = z.object({ runId: z.string() });

export const DispatchBody = z
  .object({
    runId: z.string(),
    state: z.enum(RUN_STATES),
    reason: z.string(),
    targetKind: z.enum(TARGET_KINDS),
    targetName: z.string(),
    position: z.number().int().nullable().describe('place in the queue, from 1; null when it is not queued'),
    lease: z.object({ owner: z.string(), fence: z.number().int(), expiresUtc: z.iso.datetime() }).nullable(),
    handle: z.record(z.string(), z.unknown()).nullable(),
    cancelRequestedUtc: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Dispatch' });

export const dispatcherApi = defineApi({
  service: 'dispatcher',
  description: 'The life of each run: queue, lease, launch, follow, cancellation.',
  endpoints: {
    listActive: {
      method: 'GET',
      path: '/runs',
      summary: 'Runs that are not final, in the order of the queue',
      result: z.object({ items: z.array(DispatchBody) }),
    },
    showRun: {
      method: 'GET',
      path: '/runs/:runId',
      summary: 'Where a run stands, and the evidence for it',
      params: RunParams,
      result: DispatchBody,
    },
    cancelRun: {
      method: 'POST',
      path: '/runs/:runId/cancel',
      summary: 'Ask for a run to be ended; also accepted before the run is known here',
      status: 202,
      params: RunParams,
      result: z.object({ runId: z.string(), state: z.enum(RUN_STATES), message: z.string() }),
    },
    diagnoseRun: {
      method: 'GET',
      path: '/runs/:runId/diagnostics',
      summary: 'A tar of what the target and the service know of a run; known secrets masked',
      params: RunParams,
      result: { stream: 'application/x-tar' },
    },
    cleanTarget: {
      method: 'POST',
      path: '/clean',
      summary:
        'Remove what final runs of a project left on a target: run folders and containers, and nothing else',
      body: z.object({
        projectId: z.uuid(),
        targetName: z.string().optional(),
        runId: z.string().optional(),
        dryRun: z.boolean().default(false),
      }),
      result: z.object({
        removed: z.array(z.object({ runId: z.string(), what: z.string(), bytes: z.number().nullable() })),
        kept: z.array(z.object({ runId: z.string(), reason: z.string() })),
      }),
    },
  },
});
