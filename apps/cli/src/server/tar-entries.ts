import { pipeline } from 'node:stream/promises';
import { extract, type Extract } from 'tar-stream';
import { chunksOf } from './answer-chunks';

type TarEntry = Extract extends AsyncIterable<infer Entry> ? Entry : never;

/** The entries of a tar that a service answers with, one after the other: each is read or resumed before the next comes. */
export async function* tarEntries(response: Response): AsyncGenerator<TarEntry> {
  const tar = extract();
  const fed = pipeline(chunksOf(response), tar);
  // Told by the loop, which fails with the same error.
  fed.catch(() => undefined);
  yield* tar;
  await fed;
}
