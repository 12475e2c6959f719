import type { LogStore } from './log-store';

/** `driver_log.txt`: both streams under headings; order is promised within a stream only. */
export async function* driverLog(logs: LogStore, runId: string): AsyncGenerator<Buffer> {
  for (const stream of ['stdout', 'stderr']) {
    yield Buffer.from(`==== ${stream} ====\n`);
    let last = 10;
    for await (const chunk of logs.read(runId, stream, 0)) {
      last = chunk.at(-1) ?? last;
      yield chunk;
    }
    if (last !== 10) yield Buffer.from('\n');
  }
}
