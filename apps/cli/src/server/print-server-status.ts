import type { CommandContext } from '../command';
import { formatAge, formatSeconds } from '../output/humanize';
import { printRecord } from '../output/print-records';
import type { ServerStatus } from './server-status';

/** Prints how the services are; null: not running. */
export async function printServerStatus(context: CommandContext, status: ServerStatus | null): Promise<void> {
  const data = status === null ? { running: false } : { running: true, ...status };
  await printRecord(context.terminal, context.output, data, [
    ['running', status === null ? 'no; the next command that needs the services starts them' : 'yes'],
    ['pid', status === null ? '' : String(status.pid)],
    ['url', status?.url ?? ''],
    ['version', status?.version ?? ''],
    ['database', status?.database ?? ''],
    ['active runs', status === null ? '' : String(status.activeRuns)],
    ['started', formatAge(status?.startedAt, context.now())],
    [
      'stops when idle',
      status?.idleStopSeconds ? `after ${formatSeconds(status.idleStopSeconds)} with nothing running` : '',
    ],
    ['home', context.settings.home],
  ]);
}
