import { FlagSetting, NumberSetting } from '@aml/service-kit';
import { availableParallelism } from 'node:os';
import { z } from 'zod';

export const DispatcherSettings = z.object({
  AML_LOCAL_CONCURRENT_RUNS: NumberSetting(
    availableParallelism(),
    'runs at once on this machine for each of `local` and `docker`; default: its cores',
    { least: 1 },
  ),
  AML_LEASE_SECONDS: NumberSetting(15, 'how long a lease is valid without being renewed, seconds', {
    least: 5,
  }),
  AML_TARGET_PATIENCE_SECONDS: NumberSetting(
    86_400,
    'how long a target may be out of reach before its run is called failed, seconds',
    { least: 1 },
  ),
  AML_LEASES_ARE_STALE_AT_START: FlagSetting(
    false,
    'true where this is the only dispatcher: leases of an earlier process are taken over at once',
  ),
});
export type DispatcherSettings = z.infer<typeof DispatcherSettings>;
