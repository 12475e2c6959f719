import type { Row, Unit } from './benchmark';
import type { Machine } from './machine';

export interface Failure {
  readonly topic: string;
  readonly reason: string;
}

export interface Results {
  readonly machine: Machine;
  readonly repetitions: number;
  readonly rows: readonly Row[];
  readonly failures: readonly Failure[];
}

/** The table, with every bar that was missed and every benchmark that could not run. */
export function toMarkdown({ machine, repetitions, rows, failures }: Results): string {
  const table = rows.map(
    ({ what, unit, ours, bare, beside, verdict }) =>
      `| ${what} | ${format(ours, unit)} | ${format(bare, unit)} (${beside}) | ${compare(ours, bare, unit)} | ${verdict?.bar ?? ''} | ${verdict === null ? '' : verdict.met ? 'yes' : '**missed**'} |`,
  );
  const notes = rows.filter(({ note }) => note !== null).map(({ what, note }) => `- ${what}: ${note}`);
  const failed = failures.map(({ topic, reason }) => `- **${topic} could not run**: ${firstLine(reason)}`);
  const sections = [
    '# Results of the benchmarks',
    `${machine.date} UTC · commit ${machine.commit} · ${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB, ${machine.system}, Node.js ${machine.node} · load ${machine.load.toFixed(2)} at the start · medians of ${repetitions} interleaved pairs`,
    [
      '| what | ours, median | bare, median | difference | bar | met? |',
      '| --- | --- | --- | --- | --- | --- |',
      ...table,
    ].join('\n'),
    ...[notes, failed].filter((lines) => lines.length > 0).map((lines) => lines.join('\n')),
  ];
  return `${sections.join('\n\n')}\n`;
}

function format(value: number, unit: Unit): string {
  const digits = unit === 's' ? 2 : Math.abs(value) < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

function compare(ours: number, bare: number, unit: Unit): string {
  const difference = `${ours < bare ? '−' : '+'}${format(Math.abs(ours - bare), unit)}`;
  const ratio =
    ours < bare
      ? `${(bare / ours).toFixed(1)} × ${unit === 'MB' ? 'less' : 'faster'}`
      : `${(ours / bare).toFixed(1)} ×`;
  return bare > 0 && ours > 0 ? `${difference}, ${ratio}` : difference;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
