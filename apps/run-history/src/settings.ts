import { NumberSetting } from '@aml/service-kit';
import { z } from 'zod';

export const RunHistorySettings = z.object({
  AML_UNTRACKED_KEEP_SECONDS: NumberSetting(86_400, 'how long the log of an untracked run is kept, seconds'),
  AML_SWEEP_SECONDS: NumberSetting(600, 'how often untracked runs are looked for, seconds', { least: 1 }),
});
export type RunHistorySettings = z.infer<typeof RunHistorySettings>;
