import type { RunHistoryComponents } from '@aml/api-client';
import { formatAge, formatMetric, formatSeconds, parseDuration } from '../output/humanize';
import type { Column } from '../output/table';

export type RunRecord = RunHistoryComponents['schemas']['RunRecord'];
export type RunDetails = RunHistoryComponents['schemas']['RunDetails'];

const MOST_METRIC_COLUMNS = 4;

/** Columns of a list of runs, with the metrics that most of them have. */
export function runColumns(runs: readonly RunRecord[], now: number): readonly Column<RunRecord>[] {
  return [
    { title: 'Run', text: (run) => run.run_id },
    { title: 'Status', text: (run) => run.status },
    { title: 'Script', text: (run) => run.script_name, shrinkTo: 10 },
    { title: 'Target', text: (run) => run.target, shrinkTo: 6 },
    { title: 'Created', text: (run) => formatAge(run.created_utc, now), raw: (run) => run.created_utc },
    {
      title: 'Duration',
      text: (run) => formatSeconds(parseDuration(run.duration)),
      raw: (run) => run.duration,
      align: 'right',
    },
    { title: 'Name', text: (run) => run.name ?? '', shrinkTo: 6, optional: true },
    ...commonMetrics(runs).map((name): Column<RunRecord> => ({
      title: name,
      text: (run) => formatMetric(run.metrics[name]),
      raw: (run) => run.metrics[name],
      align: 'right',
      shrinkTo: 6,
    })),
    { title: 'Arguments', text: (run) => run.arguments.join(' '), shrinkTo: 8, optional: true },
  ];
}

function commonMetrics(runs: readonly RunRecord[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const run of runs) {
    for (const [name, value] of Object.entries(run.metrics)) {
      if (typeof value === 'number' || Array.isArray(value)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts.entries()]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_METRIC_COLUMNS)
    .map(([name]) => name);
}
