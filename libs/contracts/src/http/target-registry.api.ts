import { TARGET_KINDS } from '@aml/run-model';
import { z } from 'zod';
import { ClientContext, ComputeTargetSettings } from '../run-specification';
import { defineApi } from './endpoint';

export const CheckBody = z
  .object({
    targetKey: z.string(),
    kind: z.enum(TARGET_KINDS),
    name: z.string(),
    passed: z.boolean(),
    at: z.iso.datetime(),
    facts: z.array(
      z.object({
        name: z.string(),
        verdict: z.enum(['ok', 'warning', 'failed', 'unknown']),
        value: z.string(),
        remedy: z.string().optional().describe('the command that mends it'),
      }),
    ),
  })
  .meta({ id: 'TargetCheck' });
export type CheckBody = z.infer<typeof CheckBody>;

export const SecretBody = z
  .object({
    reference: z.string().describe('AzureMlSecret=UUID'),
    label: z.string(),
    createdUtc: z.iso.datetime(),
    lastUsedUtc: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Secret' });

export const targetRegistryApi = defineApi({
  service: 'target-registry',
  description: 'Secrets, pinned host keys and checks of compute targets: what a .compute file cannot hold.',
  endpoints: {
    checkTarget: {
      method: 'POST',
      path: '/checks',
      summary: 'Is this target usable? Each fact with a verdict and a remedy',
      body: z.object({ target: ComputeTargetSettings, client: ClientContext.nullable() }),
      result: CheckBody,
    },
    listChecks: {
      method: 'GET',
      path: '/checks',
      summary: 'The last check of each target',
      result: z.object({ items: z.array(CheckBody) }),
    },
    storeSecret: {
      method: 'POST',
      path: '/secrets',
      summary: 'Keep a value; only its reference is ever shown again',
      status: 201,
      body: z.object({ value: z.string().min(1).max(65_536), label: z.string().max(200) }),
      result: SecretBody,
    },
    listSecrets: {
      method: 'GET',
      path: '/secrets',
      summary: 'References and labels, never values',
      result: z.object({ items: z.array(SecretBody) }),
    },
    deleteSecret: {
      method: 'DELETE',
      path: '/secrets/:id',
      summary: 'Forget a value for ever',
      params: z.object({ id: z.uuid() }),
      result: z.object({ deleted: z.boolean() }),
    },
    resolveSecrets: {
      method: 'POST',
      path: '/secrets/resolve',
      summary: 'For the holder of a live lease: the values behind references; audited',
      body: z.object({
        references: z.array(z.string()).max(100),
        runId: z.string(),
        fence: z.number().int(),
      }),
      result: z.object({ values: z.record(z.string(), z.string()) }),
    },
  },
});
