import type { LogChunk } from './container-spec';

/** Undoes the engine's multiplexing of standard output and error: a header of 8 bytes (stream, length) before each part. */
export async function* splitLogFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<LogChunk> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    while (pending.length >= 8) {
      const length = pending.readUInt32BE(4);
      if (pending.length < 8 + length) break;
      yield { stream: pending[0] === 2 ? 'stderr' : 'stdout', bytes: pending.subarray(8, 8 + length) };
      pending = pending.subarray(8 + length);
    }
  }
}
