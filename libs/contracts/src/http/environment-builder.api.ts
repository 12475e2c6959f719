import { z } from 'zod';
import { EnvironmentLock } from '../events/environment-ready.v1';
import { EnvironmentInputs, ErrorBody } from '../run-specification';
import { defineApi } from './endpoint';
import { Count, Flag, OffsetPageQuery } from './paging';

export const EnvironmentBody = z
  .object({
    identity: z.string(),
    engine: z.string(),
    status: z.enum(['building', 'ready', 'failed', 'pruned']),
    image: z.string().nullable(),
    imageId: z.string().nullable(),
    sizeBytes: z.number().nullable(),
    buildId: z.uuid().nullable(),
    buildSeconds: z.number().nullable(),
    projects: z.array(z.string()),
    createdUtc: z.iso.datetime(),
    lastUsedUtc: z.iso.datetime(),
    python: z.string().nullable(),
    baseImage: z.string().nullable(),
    framework: z.enum(['Python', 'PySpark']),
    conda: z.array(z.string()),
    pip: z.array(z.string()),
    error: ErrorBody.nullable(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Environment' });
export type EnvironmentBody = z.infer<typeof EnvironmentBody>;

export const EnvironmentPlanBody = z
  .object({
    identity: z.string(),
    engine: z.string(),
    action: z.enum(['reuse', 'build', 'user-managed']),
    layers: z.array(z.object({ name: z.string(), present: z.boolean(), reason: z.string() })),
    cause: z.string().nullable().describe('the line that causes a rebuild'),
    lastBuildSeconds: z.number().nullable(),
    warnings: z.array(z.string()),
    errors: z.array(ErrorBody),
    definition: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'EnvironmentPlan' });
export type EnvironmentPlanBody = z.infer<typeof EnvironmentPlanBody>;

export const EnvironmentRequestBody = z
  .object({
    requestId: z.uuid(),
    state: z.enum(['waiting', 'building', 'ready', 'failed']),
    identity: z.string().nullable(),
    buildId: z.uuid().nullable(),
    image: z.string().nullable(),
    reused: z.boolean(),
    seconds: z.number().nullable(),
    error: ErrorBody.nullable(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'EnvironmentRequest' });

export const environmentBuilderApi = defineApi({
  service: 'environment-builder',
  description: 'Environments, builds, build logs, what is on which engine, and its storage budget.',
  endpoints: {
    planEnvironment: {
      method: 'POST',
      path: '/plans',
      summary: 'What making this environment would do: identity, layers, cause of a rebuild; nothing happens',
      body: z.object({
        inputs: EnvironmentInputs,
        engine: z.string().default('local'),
        projectName: z.string(),
        refreshBase: z.boolean().default(false),
      }),
      result: EnvironmentPlanBody,
    },
    showRequest: {
      method: 'GET',
      path: '/requests/:requestId',
      summary: 'How far a request for an environment is',
      params: z.object({ requestId: z.uuid() }),
      query: z.object({
        waitSeconds: z.coerce
          .number()
          .min(0)
          .max(60)
          .default(0)
          .describe('answer when it is ready or failed, or after this time'),
      }),
      result: EnvironmentRequestBody,
    },
    listEnvironments: {
      method: 'GET',
      path: '/environments',
      summary: 'Environments and where they are',
      query: z.object({
        ...OffsetPageQuery,
        engine: z.string().optional(),
        all: Flag.default(false).describe('also failed and pruned ones'),
      }),
      result: z.object({ items: z.array(EnvironmentBody), next: z.string().nullable() }),
    },
    showEnvironment: {
      method: 'GET',
      path: '/environments/:identity',
      summary: 'One environment with its exact packages; a prefix of the identity is enough',
      params: z.object({ identity: z.string().regex(/^[0-9a-f]{4,64}$/) }),
      result: EnvironmentBody.extend({
        lock: EnvironmentLock.nullable(),
        definition: z.record(z.string(), z.unknown()),
      }),
    },
    readBuildLog: {
      method: 'GET',
      path: '/builds/:buildId/log',
      summary: 'The log of a build from a byte offset; with follow until the build ends',
      params: z.object({ buildId: z.uuid() }),
      query: z.object({ offset: Count.default(0), follow: Flag.default(false) }),
      result: { stream: 'text/plain' },
    },
    pruneEnvironments: {
      method: 'POST',
      path: '/prune',
      summary: 'Remove images of ours from an engine: named ones, all that no run needs, or down to a budget',
      body: z.object({
        engine: z.string().default('local'),
        identities: z.array(z.string()).optional(),
        projectName: z.string().optional().describe('those that only this project uses'),
        all: z.boolean().default(false),
        budgetBytes: z.number().int().min(0).optional(),
        dryRun: z.boolean().default(false),
      }),
      result: z.object({
        removed: z.array(
          z.object({ identity: z.string(), image: z.string(), sizeBytes: z.number(), reason: z.string() }),
        ),
        kept: z.array(z.object({ identity: z.string(), reason: z.string() })),
        freedBytes: z.number(),
      }),
    },
  },
});
