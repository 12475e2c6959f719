import { RUN_STATES } from '@aml/run-model';
import { z } from 'zod';
import { defineEvent } from './event-envelope';

/** Why a state is said: what was seen, where, when. */
export const StateEvidence = z
  .object({
    reason: z.string().describe('for people: why the run is in this state'),
    evidence: z
      .string()
      .optional()
      .describe('exit-record, container-state, process-gone, never-started, unreachable, request'),
    details: z.record(z.string(), z.unknown()).optional(),
    lastSeen: z.iso.datetime().optional(),
  })
  .meta({ id: 'StateEvidence' });
export type StateEvidence = z.infer<typeof StateEvidence>;

/** Sent by the dispatcher in the transaction of each change of state that is not final. */
export const runStateChangedV1 = defineEvent({
  type: 'run.state-changed.v1',
  topic: 'run',
  schema: z
    .object({
      runId: z.string(),
      from: z.enum(RUN_STATES),
      to: z.enum(RUN_STATES),
      at: z.iso.datetime(),
      why: StateEvidence,
      environment: z
        .object({ identity: z.string(), buildId: z.string().nullable(), reused: z.boolean() })
        .nullable()
        .optional()
        .describe('with the change that leaves Preparing'),
    })
    .meta({ id: 'RunStateChangedV1' }),
  key: (data) => data.runId,
});
