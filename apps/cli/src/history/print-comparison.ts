import type { CommandContext } from '../command';
import { formatBytes, formatMetric } from '../output/humanize';
import { printData } from '../output/print-records';
import { printable } from '../output/printable';
import { renderTable, type Column } from '../output/table';
import type { compareRuns, FileChange } from './compare-runs';

type Comparison = Awaited<ReturnType<typeof compareRuns>>;

interface Difference {
  readonly what: string;
  readonly a: string;
  readonly b: string;
  readonly change: string;
}

/** Prints what differs between two runs: a section for each kind of difference, hunks for text files. */
export async function printComparison(context: CommandContext, comparison: Comparison): Promise<void> {
  const { terminal, output } = context;
  if (output.query !== undefined) {
    const { applyQuery } = await import('../output/apply-query');
    return printData(terminal, output, applyQuery(comparison, output.query));
  }
  if (output.format !== 'table') return printData(terminal, output, comparison);
  const { bold, dim } = terminal.outColors;
  terminal.out(`${dim('A')}  ${describe(comparison.a)}\n${dim('B')}  ${describe(comparison.b)}\n`);
  const sections = differencesOf(comparison);
  for (const [title, rows] of sections) {
    if (rows.length === 0) continue;
    terminal.out(`\n${bold(title)}\n`);
    terminal.out(
      renderTable(rows, COLUMNS, {
        width: terminal.outIsTerminal ? terminal.columns : Infinity,
        heading: dim,
      }),
    );
  }
  if (comparison.files.length > 0) terminal.out(`\n${bold('Files')}\n`);
  for (const file of comparison.files) terminal.out(fileText(file, terminal.outColors));
  if (comparison.files.length === 0 && sections.every(([, rows]) => rows.length === 0)) {
    terminal.out('\nNothing differs.\n');
  }
}

const COLUMNS: readonly Column<Difference>[] = [
  { title: '', text: (row) => row.what, shrinkTo: 12 },
  { title: 'A', text: (row) => row.a, shrinkTo: 10 },
  { title: 'B', text: (row) => row.b, shrinkTo: 10 },
  { title: 'Change', text: (row) => row.change, optional: true },
];

function describe(run: Comparison['a']): string {
  return printable(`${run.run_id}  ${run.status}  ${[run.script_name, ...run.arguments].join(' ')}`);
}

function differencesOf(comparison: Comparison): readonly (readonly [string, readonly Difference[]])[] {
  const row = (what: string, a: unknown, b: unknown, change = ''): Difference => ({
    what,
    a: plain(a),
    b: plain(b),
    change,
  });
  const { arguments: args } = comparison;
  return [
    ['Arguments', args.same ? [] : [row('arguments', args.a.join(' '), args.b.join(' '))]],
    ['Configuration', comparison.configuration.map((each) => row(each.key, each.a, each.b))],
    [
      'Packages',
      comparison.packages.map((each) => row(`${each.name} (${each.manager})`, each.a ?? '—', each.b ?? '—')),
    ],
    [
      'Metrics',
      comparison.metrics.map((each) =>
        row(each.name, formatMetric(each.a), formatMetric(each.b), signed(each.difference)),
      ),
    ],
    [
      'Outputs',
      comparison.outputs.map((each) =>
        row(each.path, each.a?.slice(0, 12) ?? '—', each.b?.slice(0, 12) ?? '—'),
      ),
    ],
  ];
}

function signed(difference: number | null): string {
  if (difference === null) return '';
  return difference > 0 ? `+${formatMetric(difference)}` : formatMetric(difference);
}

function plain(value: unknown): string {
  if (value === undefined || value === null) return '—';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function fileText(file: FileChange, colors: CommandContext['terminal']['outColors']): string {
  const sizes = [file.sizeBefore, file.sizeAfter]
    .map((size) => (size === null ? '—' : formatBytes(size)))
    .join(' → ');
  const head = `${colors.bold(printable(file.path))}  ${file.change}  ${colors.dim(`${sizes}${file.binary ? ', binary' : ''}`)}\n`;
  return head + file.hunks.map((hunk) => hunkText(hunk, colors)).join('');
}

function hunkText(
  hunk: FileChange['hunks'][number],
  colors: CommandContext['terminal']['outColors'],
): string {
  const range = `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`;
  const lines = hunk.lines.map((line) => {
    const text = printable(line.replaceAll('\t', '    '));
    if (line.startsWith('+')) return colors.green(text);
    return line.startsWith('-') ? colors.red(text) : text;
  });
  return [colors.cyan(range), ...lines].map((line) => `  ${line}\n`).join('');
}
