import { EVENT_CATALOGUE, EventEnvelopeSchema, TOPICS } from '@aml/contracts';
import { z } from 'zod';

/** Every schema is written out in full: references between messages would not survive being moved into one document. */
const WRITTEN_OUT = { unrepresentable: 'any', metadata: z.registry<{ id?: string }>() } as const;

/** The AsyncAPI 3.0 document of every topic and event, made from the event definitions alone. */
export function asyncApiDocument(version: string): Record<string, unknown> {
  const definitions = [...EVENT_CATALOGUE.values()];
  const envelope = z.toJSONSchema(EventEnvelopeSchema, WRITTEN_OUT) as {
    properties: Record<string, unknown>;
  };
  const messages = definitions.map((definition) => [
    definition.type,
    {
      name: definition.type,
      contentType: 'application/cloudevents+json',
      payload: {
        ...envelope,
        properties: {
          ...envelope.properties,
          type: { const: definition.type },
          data: {
            ...z.toJSONSchema(definition.schema, WRITTEN_OUT),
            $id: `urn:aml:event:${definition.type}`,
          },
        },
      },
    },
  ]);
  const channels = TOPICS.map((topic) => [
    topic,
    {
      address: topic,
      description: 'Ordered by the subject of the event.',
      messages: Object.fromEntries(
        definitions
          .filter((each) => each.topic === topic)
          .map(({ type }) => [type, { $ref: `#/components/messages/${type}` }]),
      ),
    },
  ]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'AML Execution Service',
      version,
      description: 'Events as CloudEvents 1.0 in structured JSON.',
    },
    channels: Object.fromEntries(channels),
    operations: Object.fromEntries(
      TOPICS.map((topic) => [
        `receive-${topic}`,
        { action: 'receive', channel: { $ref: `#/channels/${topic}` } },
      ]),
    ),
    components: { messages: Object.fromEntries(messages) },
  };
}
