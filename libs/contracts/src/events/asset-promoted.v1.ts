import { z } from 'zod';
import { defineEvent } from './event-envelope';

/** Sent by run-history when an artifact of a run was given a name of its own. */
export const assetPromotedV1 = defineEvent({
  type: 'run-history.asset-promoted.v1',
  topic: 'run-history',
  schema: z
    .object({
      assetId: z.uuid(),
      name: z.string(),
      version: z.number().int(),
      runId: z.string(),
      path: z.string(),
      sha256: z.string(),
    })
    .meta({ id: 'AssetPromotedV1' }),
  key: (data) => data.assetId,
});
