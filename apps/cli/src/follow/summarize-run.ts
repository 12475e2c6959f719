import { unwrap, type RunHistoryComponents, type ServiceClients } from '@aml/api-client';
import type { CommandContext } from '../command';
import { formatMetric, formatSeconds, parseDuration } from '../output/humanize';
import { printable, printableLines } from '../output/printable';
import type { EndLine } from './follow-line';

export type RunRecord = RunHistoryComponents['schemas']['RunRecord'];

const MOST_METRICS = 6;

/** One line on stderr that says how the run ended, and what to do where it failed. */
export async function summarizeRun(
  clients: ServiceClients,
  context: CommandContext,
  runId: string,
  end: EndLine,
): Promise<void> {
  const { terminal } = context;
  const record = await unwrap(clients.runHistory.GET('/runs/{runId}', { params: { path: { runId } } })).then(
    (details) => details.record,
    () => undefined,
  );
  const { errColors } = terminal;
  const paint =
    end.status === 'Completed'
      ? errColors.green
      : end.status === 'Canceled'
        ? errColors.yellow
        : errColors.red;
  terminal.err(`${paint(end.status)} ${summaryText(runId, end, record)}\n`);
  // What the script wrote is on the screen already.
  if (end.error?.hint !== undefined && !end.error.code.startsWith('script-'))
    terminal.err(`${errColors.cyan('next:')} ${printableLines(end.error.hint)}\n`);
}

/** `IrisDemo_1504832281116 in 3.2 s, exit code 1: reason; Accuracy 0.97`. */
export function summaryText(runId: string, end: EndLine, record: RunRecord | undefined): string {
  const seconds = parseDuration(record?.duration);
  const parts = [printable(runId)];
  if (seconds !== undefined) parts.push(`in ${formatSeconds(seconds)}`);
  const [reason = '', ...more] = (end.error?.message ?? end.reason).split('\n');
  const why = end.status === 'Completed' ? '' : `: ${printable(reason)}`;
  const below = end.status === 'Completed' ? [] : more.map((line) => `\n  ${printable(line)}`);
  const metrics = Object.entries(record?.metrics ?? {});
  const shown = metrics
    .slice(0, MOST_METRICS)
    .map(([name, value]) => `${printable(name)} ${printable(formatMetric(value))}`);
  if (metrics.length > MOST_METRICS) shown.push(`${metrics.length - MOST_METRICS} more`);
  return `${parts.join(' ')}${why}${shown.length > 0 ? ` · ${shown.join(', ')}` : ''}${below.join('')}`;
}
