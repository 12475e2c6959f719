import { NumberSetting } from '@aml/service-kit';
import { z } from 'zod';

export const ConfigServiceSettings = z.object({
  AML_ACCOUNT: z.string().min(1).describe('name of the account that projects belong to').default('local'),
  AML_WORKSPACE: z
    .string()
    .min(1)
    .describe('name of the workspace that projects belong to')
    .default('default'),
  AML_SNAPSHOT_CACHE_ENTRIES: NumberSetting(
    50_000,
    'files of snapshots whose lists are kept in memory, altogether',
  ),
});
export type ConfigServiceSettings = z.infer<typeof ConfigServiceSettings>;
