import type { ServiceClients } from '@aml/api-client';
import type { FollowLine } from './follow-line';
import { parseLines } from './follow-line';
import type { Offsets } from './follow-run';

/** Opens the live stream of a run. `once`: what is there now, then the end of the stream. */
export async function openFollow(
  clients: ServiceClients,
  runId: string,
  offsets: Offsets,
  signal: AbortSignal,
  once = false,
): Promise<AsyncIterable<FollowLine>> {
  const query = new URLSearchParams({
    stdout: String(offsets.stdout),
    stderr: String(offsets.stderr),
    build: String(offsets.build),
    ...(once ? { once: 'true' } : {}),
  });
  const path = `/runs/${encodeURIComponent(runId)}/follow?${query.toString()}`;
  const response = await clients.raw('run-history', path, { signal });
  if (response.body === null) throw new Error('the live stream has no body');
  return parseLines(response.body as unknown as AsyncIterable<Uint8Array>);
}
