import { NumberSetting } from '@aml/service-kit';
import { z } from 'zod';

export const ConfigServiceSettings = z.object({
  AML_ACCOUNT: z.string().min(1).describe('name of the account that projects belong to').default('local'),
  AML_WORKSPACE: z
    .string()
    .min(1)
    .describe('name of the workspace that projects belong to')
    .default('default'),
  AML_SNAPSHOT_CACHE: NumberSetting(64, 'snapshots whose list of entries is kept in memory'),
});
export type ConfigServiceSettings = z.infer<typeof ConfigServiceSettings>;
