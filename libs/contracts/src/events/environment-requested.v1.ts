import { TARGET_KINDS } from '@aml/run-model';
import { z } from 'zod';
import { EnvironmentInputs } from '../run-specification';
import { defineEvent } from './event-envelope';

/** Sent by the dispatcher when a run leaves the queue, or by config-service for `prepare`: make this environment available on this engine. */
export const environmentRequestedV1 = defineEvent({
  type: 'environment.requested.v1',
  topic: 'environment',
  schema: z
    .object({
      requestId: z.uuid(),
      runId: z.string().nullable().describe('null: asked for by `prepare`'),
      projectId: z.string(),
      projectName: z.string(),
      configuration: z.string(),
      targetKind: z.enum(TARGET_KINDS),
      engine: z.string().describe('where it must be: `local` or the address of a machine'),
      inputs: EnvironmentInputs,
      buildAllowed: z.boolean().describe('false: refuse when it is not there yet'),
      refreshBase: z.boolean(),
    })
    .meta({ id: 'EnvironmentRequestedV1' }),
  key: (data) => data.requestId,
});
