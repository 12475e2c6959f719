import type { CommandDefinition } from '../../command';

export const projectListCommand: CommandDefinition = {
  path: ['project', 'list'],
  summary: 'List projects',
  examples: [['project list', 'names and how many runs each has']],
  run: async (_input, context) => {
    const { printRecords } = await import('../../output/print-records');
    const { formatAge } = await import('../../output/humanize');
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const { items } = await unwrap(
      server.configService.GET('/projects', { params: { query: { limit: 1000 } } }),
    );
    await printRecords(context.terminal, context.output, {
      data: items,
      rows: items,
      columns: [
        { title: 'Name', text: (project) => project.name },
        { title: 'Runs', text: (project) => String(project.runs), align: 'right' },
        {
          title: 'Created',
          text: (project) => formatAge(project.createdUtc, context.now()),
          raw: (project) => project.createdUtc,
        },
        { title: 'Workspace', text: (project) => project.workspaceName },
        { title: 'Id', text: (project) => project.id },
      ],
      remark: items.length === 0 ? 'no projects; `aml project create -n NAME` makes one' : undefined,
    });
  },
};
