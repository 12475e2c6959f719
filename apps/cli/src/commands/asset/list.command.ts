import type { CommandDefinition } from '../../command';

export const assetListCommand: CommandDefinition = {
  path: ['asset', 'list'],
  summary: 'List promoted assets',
  examples: [['asset list', 'names, versions, and the runs they came from']],
  options: [{ flags: '-n, --name <name>', text: 'only this name' }],
  run: async (input, context) => {
    const { printRecords } = await import('../../output/print-records');
    const { formatAge, formatBytes } = await import('../../output/humanize');
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const name = input.text('name');
    const { items } = await unwrap(
      server.runHistory.GET('/assets', {
        params: { query: { limit: 1000, ...(name === undefined ? {} : { name }) } },
      }),
    );
    await printRecords(context.terminal, context.output, {
      data: items,
      rows: items,
      columns: [
        { title: 'Name', text: (asset) => asset.name },
        { title: 'Version', text: (asset) => String(asset.version), align: 'right' },
        { title: 'Run', text: (asset) => asset.run_id },
        { title: 'Path', text: (asset) => asset.path, shrinkTo: 12 },
        {
          title: 'Size',
          text: (asset) => formatBytes(asset.sizeBytes),
          raw: (asset) => asset.sizeBytes,
          align: 'right',
        },
        {
          title: 'Created',
          text: (asset) => formatAge(asset.createdUtc, context.now()),
          raw: (asset) => asset.createdUtc,
        },
      ],
      remark: items.length === 0 ? 'no assets; `aml history promote` makes one' : undefined,
    });
  },
};
