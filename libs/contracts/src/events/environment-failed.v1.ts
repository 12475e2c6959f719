import { z } from 'zod';
import { ErrorBody } from '../run-specification';
import { defineEvent } from './event-envelope';

/** Sent by environment-builder when a request cannot be met: refused, unsolvable, or the engine failed. */
export const environmentFailedV1 = defineEvent({
  type: 'environment.failed.v1',
  topic: 'environment',
  schema: z
    .object({
      requestId: z.uuid(),
      runId: z.string().nullable(),
      identity: z.string().nullable(),
      buildId: z.uuid().nullable(),
      error: ErrorBody,
    })
    .meta({ id: 'EnvironmentFailedV1' }),
  key: (data) => data.requestId,
});
