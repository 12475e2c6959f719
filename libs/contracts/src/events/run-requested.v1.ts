import { z } from 'zod';
import { RunSpecification } from '../run-specification';
import { defineEvent } from './event-envelope';

/** Sent by config-service in the transaction that accepts a run; the first event of every run. */
export const runRequestedV1 = defineEvent({
  type: 'run.requested.v1',
  topic: 'run',
  schema: z.object({ specification: RunSpecification }).meta({ id: 'RunRequestedV1' }),
  key: (data) => data.specification.runId,
});
