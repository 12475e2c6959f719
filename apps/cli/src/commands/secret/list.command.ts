import type { CommandDefinition } from '../../command';

export const secretListCommand: CommandDefinition = {
  path: ['secret', 'list'],
  summary: 'List secrets by reference and label; values are never shown',
  examples: [['secret list', 'references, labels, last use']],
  run: async (_input, context) => {
    const { printRecords } = await import('../../output/print-records');
    const { formatAge } = await import('../../output/humanize');
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const { items } = await unwrap(server.targetRegistry.GET('/secrets'));
    await printRecords(context.terminal, context.output, {
      data: items,
      rows: items,
      columns: [
        { title: 'Reference', text: (row) => row.reference },
        { title: 'Label', text: (row) => row.label },
        {
          title: 'Created',
          text: (row) => formatAge(row.createdUtc, context.now()),
          raw: (row) => row.createdUtc,
        },
        {
          title: 'Last used',
          text: (row) => formatAge(row.lastUsedUtc, context.now()),
          raw: (row) => row.lastUsedUtc,
        },
      ],
      remark: items.length === 0 ? 'no secrets are kept' : undefined,
    });
  },
};
