import type { Observation, SpoolStream } from '../target-driver';
import type { Host } from './host';
import type { RunFolder } from './run-folder';

const SPOOL_STREAMS = ['stdout', 'stderr', 'metrics'] as const;

/** Bytes of a spool file from an offset; empty where there is nothing (yet). */
export async function readSpool(
  host: Host,
  folder: RunFolder,
  stream: SpoolStream,
  offset: number,
  limit: number,
): Promise<Buffer> {
  return (await host.readFile(folder[stream], offset, limit)) ?? Buffer.alloc(0);
}

export async function spoolSizes(host: Host, folder: RunFolder): Promise<Observation['sizes']> {
  const [stdout = 0, stderr = 0, metrics = 0] = await Promise.all(
    SPOOL_STREAMS.map(async (stream) => (await host.stat(folder[stream]))?.size ?? 0),
  );
  return { stdout, stderr, metrics };
}
