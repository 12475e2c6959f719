import type { FollowLine } from '@aml/contracts';

export type { FollowLine };
export type EndLine = Extract<FollowLine, { type: 'end' }>;
export type StateLine = Extract<FollowLine, { type: 'state' }>;

/** JSON objects from bytes of `application/x-ndjson`, cut wherever the network cut them. */
export async function* parseLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<FollowLine> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as FollowLine;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as FollowLine;
}
