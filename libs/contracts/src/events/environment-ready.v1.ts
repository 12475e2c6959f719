import { z } from 'zod';
import { defineEvent } from './event-envelope';

/** The exact packages of an environment. */
export const EnvironmentLock = z
  .object({
    conda: z.array(
      z.object({ name: z.string(), version: z.string(), build: z.string(), channel: z.string() }),
    ),
    pip: z.array(z.object({ name: z.string(), version: z.string() })),
    python: z.string().nullable(),
    baseImage: z.string().nullable(),
  })
  .meta({ id: 'EnvironmentLock' });
export type EnvironmentLock = z.infer<typeof EnvironmentLock>;

/** Sent by environment-builder when the environment of a request is on its engine. */
export const environmentReadyV1 = defineEvent({
  type: 'environment.ready.v1',
  topic: 'environment',
  schema: z
    .object({
      requestId: z.uuid(),
      runId: z.string().nullable(),
      identity: z.string(),
      engine: z.string(),
      image: z.string().describe('reference to run: tag or id'),
      imageId: z.string(),
      buildId: z.uuid().nullable().describe('null: nothing had to be built'),
      reused: z.boolean(),
      seconds: z.number(),
      lock: EnvironmentLock,
      warnings: z.array(z.string()),
    })
    .meta({ id: 'EnvironmentReadyV1' }),
  key: (data) => data.requestId,
});
