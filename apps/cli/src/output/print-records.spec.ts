import { describe, expect, it } from 'vitest';
import { fakeTerminal } from './fake-terminal';
import { outputOptions } from './output-format';
import { printRecord, printRecords } from './print-records';
import type { Column } from './table';

interface Run {
  readonly run_id: string;
  readonly size: number;
  readonly note: string | null;
}
const runs: readonly Run[] = [
  { run_id: 'a', size: 1500, note: 'tab\there\nnew\u001b[31m' },
  { run_id: '数据', size: 2, note: null },
];
const columns: readonly Column<Run>[] = [
  { title: 'Run', text: (run) => run.run_id },
  { title: 'Size', text: (run) => `${run.size / 1000} kB`, raw: (run) => run.size, align: 'right' },
  { title: 'Note', text: (run) => run.note ?? '', raw: (run) => run.note, shrinkTo: 5 },
];

async function print(format: string | undefined, query?: string, terminal = fakeTerminal()): Promise<string> {
  await printRecords(terminal, outputOptions(format, query), {
    data: runs,
    rows: runs,
    columns,
    remark: 'all of them',
  });
  return terminal.printed();
}

describe('records', () => {
  it('are a table for people, without anything that steers the terminal', async () => {
    expect(await print(undefined)).toBe(
      'Run       Size  Note\na       1.5 kB  tab\\there\\nnew\\x1b[31m\n数据  0.002 kB\n',
    );
  });

  it('are cut to the width of a terminal where a column may be cut', async () => {
    const text = await print(undefined, undefined, fakeTerminal({ isTerminal: true, columns: 24 }));
    expect(text.split('\n')[1]).toBe('a       1.5 kB  tab\\the…');
  });

  it('are the whole data as JSON and YAML', async () => {
    expect(JSON.parse(await print('json'))).toEqual(runs);
    expect(await print('yaml')).toContain('- run_id: 数据\n  size: 2\n  note: null\n');
  });

  it('are raw values a line as TSV, one line a record whatever is in it', async () => {
    expect(await print('tsv')).toBe('a\t1500\ttab\\there\\nnew\u001b[31m\n数据\t2\t\n');
  });

  it('are what a query makes of them', async () => {
    expect(await print('json', '[].run_id')).toBe('[\n  "a",\n  "数据"\n]\n');
    expect(await print('tsv', 'max_by(@, &size).run_id')).toBe('a\n');
    expect(await print('tsv', '[].{id: run_id, size: size}')).toBe('a\t1500\n数据\t2\n');
    expect(await print('table', '[].{id: run_id, size: size}')).toBe('id    size\na     1500\n数据  2\n');
    expect(await print(undefined, 'length(@)')).toBe('2\n');
  });

  it('say what is wrong with a query', async () => {
    await expect(print('json', '[?')).rejects.toMatchObject({ code: 'query-invalid', blame: 'user' });
  });

  it('say a remark on stderr, for people only', async () => {
    const terminal = fakeTerminal();
    await print('table', undefined, terminal);
    expect(terminal.printedErr()).toBe('all of them\n');
    const other = fakeTerminal();
    await print('json', undefined, other);
    expect(other.printedErr()).toBe('');
  });

  it('are a field a line where there is one, empty fields left out', async () => {
    const terminal = fakeTerminal();
    await printRecord(terminal, outputOptions(undefined, undefined), {}, [
      ['run', 'a'],
      ['none', ''],
      ['long name', 'x\ny'],
    ]);
    expect(terminal.printed()).toBe('run        a\nlong name  x\n           y\n');
  });
});
