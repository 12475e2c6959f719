import { z } from 'zod';

/** CloudEvents 1.0 in structured JSON; `subject` is the aggregate's id and the key of order. */
export interface EventEnvelope<Data = unknown> {
  readonly specversion: '1.0';
  readonly id: string;
  /** The service that published it: `aml/config-service`. */
  readonly source: string;
  /** Name and version: `run.requested.v1`. */
  readonly type: string;
  readonly subject: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: Data;
}

export const EventEnvelopeSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  data: z.unknown(),
});

/** One kind of event: what it holds, where it goes, and by which field it is ordered. */
export interface EventDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly topic: Topic;
  readonly schema: Schema;
  /** The aggregate's id; events with one key are delivered in the order in which they were written. */
  readonly key: (data: z.infer<Schema>) => string;
}

/** One topic per aggregate. */
export const TOPICS = ['run', 'environment', 'target', 'project', 'run-history'] as const;
export type Topic = (typeof TOPICS)[number];

export type EventData<Definition> =
  Definition extends EventDefinition<infer Schema> ? z.infer<Schema> : never;

export function defineEvent<Schema extends z.ZodType>(
  definition: EventDefinition<Schema>,
): EventDefinition<Schema> {
  return definition;
}
