import type { CommandDefinition } from '../../command';

export const environmentListCommand: CommandDefinition = {
  path: ['environment', 'list'],
  summary: 'List the environments that were made, and where they are',
  examples: [
    ['environment list', 'identity, size, last use'],
    ['environment list --all', 'also those that failed or were removed'],
  ],
  options: [{ flags: '--all', text: 'also failed and pruned ones' }],
  run: async (input, context) => {
    const { printRecords } = await import('../../output/print-records');
    const { formatAge, formatBytes, formatSeconds } = await import('../../output/humanize');
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const query = { limit: 1000, ...(input.flag('all') ? { all: 'true' as const } : {}) };
    const { items } = await unwrap(server.environmentBuilder.GET('/environments', { params: { query } }));
    await printRecords(context.terminal, context.output, {
      data: items,
      rows: items,
      columns: [
        { title: 'Identity', text: (row) => row.identity.slice(0, 12), raw: (row) => row.identity },
        { title: 'Status', text: (row) => row.status },
        { title: 'Python', text: (row) => row.python ?? '' },
        { title: 'Packages', text: (row) => [...row.conda, ...row.pip].join(' '), shrinkTo: 12 },
        {
          title: 'Size',
          text: (row) => formatBytes(row.sizeBytes),
          raw: (row) => row.sizeBytes,
          align: 'right',
        },
        {
          title: 'Built in',
          text: (row) => formatSeconds(row.buildSeconds),
          raw: (row) => row.buildSeconds,
          align: 'right',
        },
        {
          title: 'Last used',
          text: (row) => formatAge(row.lastUsedUtc, context.now()),
          raw: (row) => row.lastUsedUtc,
        },
        { title: 'Projects', text: (row) => row.projects.join(', '), shrinkTo: 8 },
        { title: 'Engine', text: (row) => row.engine, shrinkTo: 6 },
      ],
      remark:
        items.length === 0 ? 'no environments; `aml experiment prepare -c docker` makes one' : undefined,
    });
  },
};
