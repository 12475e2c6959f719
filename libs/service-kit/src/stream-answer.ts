import type { Response } from 'express';
import { once } from 'node:events';

/**
 * Answers with portions as they come, no faster than they are read. What fails before the first one is an answer of its
 * own; the signal says that nobody reads any more.
 */
export async function streamAnswer(
  response: Response,
  mediaType: string,
  produce: (closed: AbortSignal) => AsyncGenerator<string | Uint8Array>,
): Promise<void> {
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  const portions = produce(closed.signal);
  let next = await portions.next();
  response.type(mediaType);
  response.flushHeaders();
  for (; !next.done; next = await portions.next()) {
    if (response.write(next.value) || closed.signal.aborted) continue;
    await once(response, 'drain', { signal: closed.signal }).catch(() => undefined);
  }
  response.end();
}
