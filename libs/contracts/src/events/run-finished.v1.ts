import { RUN_STATES } from '@aml/run-model';
import { z } from 'zod';
import { ErrorBody } from '../run-specification';
import { defineEvent } from './event-envelope';
import { StateEvidence } from './run-state-changed.v1';

/** Sent by the dispatcher when a run becomes final, after its log is sealed and its artifacts are acknowledged; the last event of every run. */
export const runFinishedV1 = defineEvent({
  type: 'run.finished.v1',
  topic: 'run',
  schema: z
    .object({
      runId: z.string(),
      from: z.enum(RUN_STATES),
      status: z.enum(['Completed', 'Failed', 'Canceled']),
      at: z.iso.datetime(),
      why: StateEvidence,
      exitCode: z.number().int().nullable(),
      signal: z.string().nullable(),
      error: ErrorBody.nullable(),
      scriptStartedAt: z.iso.datetime().nullable(),
      scriptEndedAt: z.iso.datetime().nullable(),
      durationSeconds: z.number().nullable(),
      warnings: z.array(z.string()).default([]),
    })
    .meta({ id: 'RunFinishedV1' }),
  key: (data) => data.runId,
});
