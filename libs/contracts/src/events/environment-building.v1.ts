import { z } from 'zod';
import { defineEvent } from './event-envelope';

/** Sent by environment-builder when a request waits for a build, its own or one that was already under way. */
export const environmentBuildingV1 = defineEvent({
  type: 'environment.building.v1',
  topic: 'environment',
  schema: z
    .object({
      requestId: z.uuid(),
      runId: z.string().nullable(),
      identity: z.string(),
      buildId: z.uuid(),
      expectedSeconds: z.number().nullable(),
    })
    .meta({ id: 'EnvironmentBuildingV1' }),
  key: (data) => data.requestId,
});
