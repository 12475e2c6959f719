import { z } from 'zod';
import { defineEvent } from './event-envelope';

/** Sent by environment-builder when an environment was removed from an engine. */
export const environmentPrunedV1 = defineEvent({
  type: 'environment.pruned.v1',
  topic: 'environment',
  schema: z
    .object({
      identity: z.string(),
      engine: z.string(),
      imageId: z.string(),
      reason: z.enum(['asked', 'budget', 'clean']),
    })
    .meta({ id: 'EnvironmentPrunedV1' }),
  key: (data) => data.identity,
});
