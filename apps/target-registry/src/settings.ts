import { NumberSetting } from '@aml/service-kit';
import { z } from 'zod';

export const TargetRegistrySettings = z.object({
  AML_CHECK_SECONDS: NumberSetting(60, 'how long a check of a target may take, seconds', { least: 1 }),
});
export type TargetRegistrySettings = z.infer<typeof TargetRegistrySettings>;
