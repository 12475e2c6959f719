import { TARGET_KINDS } from '@aml/run-model';
import { z } from 'zod';
import { defineEvent } from './event-envelope';

/** Sent by target-registry when a check of a compute target has ended. */
export const targetCheckedV1 = defineEvent({
  type: 'target.checked.v1',
  topic: 'target',
  schema: z
    .object({
      targetKey: z.string(),
      kind: z.enum(TARGET_KINDS),
      name: z.string(),
      passed: z.boolean(),
      at: z.iso.datetime(),
    })
    .meta({ id: 'TargetCheckedV1' }),
  key: (data) => data.targetKey,
});
