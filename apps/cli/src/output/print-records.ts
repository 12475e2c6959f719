import type { OutputOptions } from './output-format';
import { printable } from './printable';
import { renderTable, type Column } from './table';
import type { Terminal } from './terminal';

/** What a command has to show: the data that programs get, and how people see it. */
export interface Records<Item> {
  /** For json, yaml and --query: as the services answer it. */
  readonly data: unknown;
  /** For table and tsv. */
  readonly rows: readonly Item[];
  readonly columns: readonly Column<Item>[];
  /** Said under a table (on stderr), never to programs: that nothing is there, that there is more. */
  readonly remark?: string | undefined;
}

/** Prints records in the format that was asked for. */
export async function printRecords<Item>(
  terminal: Terminal,
  output: OutputOptions,
  records: Records<Item>,
): Promise<void> {
  if (output.query !== undefined) {
    const { applyQuery } = await import('./apply-query');
    return printData(terminal, output, applyQuery(records.data, output.query));
  }
  if (output.format === 'table') {
    if (records.rows.length > 0)
      terminal.out(renderTable(records.rows, records.columns, tableStyle(terminal)));
    if (records.remark !== undefined) terminal.err(`${terminal.errColors.dim(records.remark)}\n`);
    return;
  }
  if (output.format === 'tsv') {
    for (const row of records.rows) {
      const cells = records.columns.map((column) => tsvCell(column.raw ? column.raw(row) : column.text(row)));
      terminal.out(`${cells.join('\t')}\n`);
    }
    return;
  }
  return printData(terminal, output, records.data);
}

/** Prints one record: a key and a value a line in a table. */
export async function printRecord(
  terminal: Terminal,
  output: OutputOptions,
  data: unknown,
  fields: readonly (readonly [name: string, text: string])[],
): Promise<void> {
  if (output.query === undefined && output.format === 'table') {
    const width = Math.max(...fields.map(([name]) => name.length));
    for (const [name, text] of fields) {
      if (text === '') continue;
      terminal.out(`${terminal.outColors.dim(name.padEnd(width))}  ${indentRest(text, width + 2)}\n`);
    }
    return;
  }
  await printRecords(terminal, output, {
    data,
    rows: [fields],
    columns: fields.map(([title], index) => ({ title, text: () => fields[index]?.[1] ?? '' })),
  });
}

/** Any value in the format that was asked for. */
export async function printData(terminal: Terminal, output: OutputOptions, data: unknown): Promise<void> {
  if (output.format === 'json') return terminal.out(`${JSON.stringify(data ?? null, null, 2)}\n`);
  if (output.format === 'yaml') {
    const { stringify } = await import('yaml');
    return terminal.out(stringify(data ?? null, { lineWidth: 0 }));
  }
  const items = Array.isArray(data)
    ? (data as readonly unknown[])
    : data === null || data === undefined
      ? []
      : [data];
  if (output.format === 'tsv') {
    for (const item of items) terminal.out(`${tsvCells(item).map(tsvCell).join('\t')}\n`);
    return;
  }
  if (!items.every(isMap)) {
    for (const item of items) terminal.out(`${printable(plain(item))}\n`);
    return;
  }
  const keys = [...new Set(items.flatMap((item) => Object.keys(item)))];
  const columns = keys.map((key): Column<Record<string, unknown>> => ({
    title: key,
    text: (item) => plain(item[key]),
    shrinkTo: 12,
  }));
  if (items.length > 0) terminal.out(renderTable(items, columns, tableStyle(terminal)));
}

function tableStyle(terminal: Terminal): { width: number; heading: (text: string) => string } {
  return {
    width: terminal.outIsTerminal ? terminal.columns : Infinity,
    heading: (text) => terminal.outColors.bold(text),
  };
}

function tsvCells(item: unknown): readonly unknown[] {
  if (Array.isArray(item)) return item as readonly unknown[];
  return isMap(item) ? Object.values(item) : [item];
}

function tsvCell(value: unknown): string {
  return plain(value).replace(
    /[\t\r\n]/g,
    (character) => ({ '\t': '\\t', '\r': '\\r', '\n': '\\n' })[character] ?? ' ',
  );
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function indentRest(text: string, columns: number): string {
  return text
    .split('\n')
    .map(printable)
    .join(`\n${' '.repeat(columns)}`);
}
