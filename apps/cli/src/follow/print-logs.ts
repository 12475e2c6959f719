import type { ServiceClients } from '@aml/api-client';
import { chunksOf } from '../server/answer-chunks';
import type { Terminal } from '../output/terminal';

/** Prints what a run has written so far: one stream on stdout, or stdout and stderr each on its own. */
export async function printLogs(
  clients: ServiceClients,
  terminal: Terminal,
  runId: string,
  stream: string | undefined,
): Promise<void> {
  const read = async (name: string, write: (bytes: Uint8Array) => void): Promise<void> => {
    const response = await clients.raw('run-history', `/runs/${encodeURIComponent(runId)}/logs/${name}`);
    for await (const chunk of chunksOf(response)) write(chunk);
  };
  if (stream !== undefined) return read(stream, terminal.out);
  await read('stderr', terminal.err);
  await read('stdout', terminal.out);
}
