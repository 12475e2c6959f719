import type { CommandContext } from '../command';
import { formatBytes } from '../output/humanize';
import { printRecords } from '../output/print-records';

export interface Pruned {
  readonly removed: readonly {
    readonly identity: string;
    readonly image: string;
    readonly sizeBytes: number;
    readonly reason: string;
  }[];
  readonly kept: readonly { readonly identity: string; readonly reason: string }[];
  readonly freedBytes: number;
}

/** Lists what was removed and what was kept, with reasons. */
export async function printPruned(context: CommandContext, pruned: Pruned, dryRun: boolean): Promise<void> {
  const verb = dryRun ? 'would be removed' : 'removed';
  const rows = [
    ...pruned.removed.map((each) => ({ ...each, what: verb })),
    ...pruned.kept.map((each) => ({ ...each, what: 'kept', sizeBytes: null })),
  ];
  await printRecords(context.terminal, context.output, {
    data: pruned,
    rows,
    columns: [
      { title: 'Identity', text: (row) => row.identity.slice(0, 12), raw: (row) => row.identity },
      { title: '', text: (row) => row.what },
      {
        title: 'Size',
        text: (row) => formatBytes(row.sizeBytes),
        raw: (row) => row.sizeBytes,
        align: 'right',
      },
      { title: 'Reason', text: (row) => row.reason, shrinkTo: 12 },
    ],
    remark: `${formatBytes(pruned.freedBytes)} ${dryRun ? 'would be freed' : 'freed'}`,
  });
}
