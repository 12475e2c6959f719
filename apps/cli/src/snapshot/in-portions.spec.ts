import { describe, expect, it } from 'vitest';
import { inPortions } from './in-portions';

async function portions(texts: readonly string[], size: number): Promise<string[]> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (const text of texts) yield Buffer.from(text);
  }
  const found: string[] = [];
  for await (const portion of inPortions(pieces(), size)) found.push(portion.toString());
  return found;
}

describe('bytes in portions', () => {
  it('joins pieces until there is enough, and gives the rest at the end', async () => {
    expect(await portions(['ab', 'c', 'd', 'efghij', 'k'], 4)).toEqual(['abcd', 'efghij', 'k']);
  });

  it('gives nothing of nothing', async () => {
    expect(await portions([], 4)).toEqual([]);
    expect(await portions([''], 4)).toEqual([]);
  });
});
