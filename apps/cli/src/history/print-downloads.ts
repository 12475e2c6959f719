import { join } from 'node:path';
import type { CommandContext } from '../command';
import { formatBytes } from '../output/humanize';
import { printRecords } from '../output/print-records';
import type { Downloaded } from './download-run';

/** Lists what was downloaded. */
export async function printDownloads(
  context: CommandContext,
  folder: string,
  downloaded: readonly Downloaded[],
): Promise<void> {
  await printRecords(context.terminal, context.output, {
    data: downloaded.map(({ path, bytes }) => ({ path: join(folder, path), bytes })),
    rows: downloaded,
    columns: [
      { title: 'File', text: (row) => row.path },
      { title: 'Size', text: (row) => formatBytes(row.bytes), raw: (row) => row.bytes, align: 'right' },
    ],
    remark: downloaded.length === 0 ? 'there is nothing to download' : `into ${folder}`,
  });
}
