import { EVENT_CATALOGUE } from '@aml/contracts';
import { describe, expect, it } from 'vitest';
import { asyncApiDocument } from './asyncapi-document';

describe('the AsyncAPI document', () => {
  const document = asyncApiDocument('1.2.3') as {
    channels: Record<string, { messages: Record<string, { $ref: string }> }>;
    components: { messages: Record<string, { payload: { properties: { data: { type?: string } } } }> };
  };

  it('has every event of the catalogue, in the channel of its topic', () => {
    expect(Object.keys(document.components.messages).sort()).toEqual([...EVENT_CATALOGUE.keys()].sort());
    for (const [type, { topic }] of EVENT_CATALOGUE) {
      expect(document.channels[topic]?.messages[type]?.$ref).toBe(`#/components/messages/${type}`);
    }
  });

  it('says what each event holds', () => {
    for (const message of Object.values(document.components.messages)) {
      expect(message.payload.properties.data.type).toBe('object');
    }
  });
});
