import { printable } from './printable';
import { textWidth, truncate } from './text-width';

/** A column of a table: its heading and what stands in it. */
export interface Column<Record> {
  readonly title: string;
  /** For people. */
  readonly text: (record: Record) => string;
  /** For `-o tsv`; default: `text`. */
  readonly raw?: (record: Record) => unknown;
  /** Default: left. */
  readonly align?: 'left' | 'right';
  /** Columns that may be cut, and how small they may become. Default: never cut. */
  readonly shrinkTo?: number;
  /** Left out when every row has nothing to say here. Default: false. */
  readonly optional?: boolean;
}

export interface TableStyle {
  /** Columns of the terminal; Infinity: nothing is cut. */
  readonly width: number;
  readonly heading: (text: string) => string;
}

/** Rows under headings, two spaces between columns, cut to the width of the terminal. */
export function renderTable<Record>(
  records: readonly Record[],
  columns: readonly Column<Record>[],
  style: TableStyle,
): string {
  const cells = records.map((record) => columns.map((column) => printable(column.text(record))));
  const shown = columns
    .map((column, index) => ({ column, index }))
    .filter(({ column, index }) => !column.optional || cells.some((row) => row[index] !== ''));
  const widths = shown.map(({ column, index }) =>
    Math.max(textWidth(column.title), ...cells.map((row) => textWidth(row[index] ?? ''))),
  );
  shrink(
    widths,
    shown.map(({ column }) => column.shrinkTo),
    style.width,
  );
  const line = (texts: readonly string[], paint: (text: string) => string): string =>
    shown
      .map(({ column }, place) => {
        const width = widths[place] ?? 0;
        const text = truncate(texts[place] ?? '', width);
        const padding = ' '.repeat(Math.max(0, width - textWidth(text)));
        return column.align === 'right' ? padding + paint(text) : paint(text) + padding;
      })
      .join('  ')
      .trimEnd();
  const rows = cells.map((row) =>
    line(
      shown.map(({ index }) => row[index] ?? ''),
      (text) => text,
    ),
  );
  return [
    line(
      shown.map(({ column }) => column.title),
      style.heading,
    ),
    ...rows,
  ]
    .map((text) => `${text}\n`)
    .join('');
}

/** Takes from the widest column that may be cut until the row fits or nothing more can be cut. */
function shrink(widths: number[], limits: readonly (number | undefined)[], available: number): void {
  let excess = widths.reduce((sum, width) => sum + width + 2, -2) - available;
  while (excess > 0) {
    let widest = -1;
    limits.forEach((limit, index) => {
      const width = widths[index] ?? 0;
      if (limit !== undefined && width > limit && width > (widths[widest] ?? 0)) widest = index;
    });
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
}
