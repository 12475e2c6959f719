import type { CommandDefinition } from '../../command';

export const runConfigurationListCommand: CommandDefinition = {
  path: ['runconfiguration', 'list'],
  summary: 'List the run configurations of the project',
  examples: [['runconfiguration list', 'names, targets, frameworks']],
  run: async (_input, context) => {
    const { requireProjectRoot } = await import('../../project/find-project-root');
    const { readProjectConfig } = await import('../../project/read-config-files');
    const { printRecords } = await import('../../output/print-records');
    const root = requireProjectRoot(context.settings.cwd);
    const rows = readProjectConfig(root).config.runConfigurations.map(({ positions: _places, ...each }) => ({
      ...each,
      target: each.target ?? each.name,
    }));
    await printRecords(context.terminal, context.output, {
      data: rows,
      rows,
      columns: [
        { title: 'Name', text: (row) => row.name },
        { title: 'Target', text: (row) => row.target },
        { title: 'Framework', text: (row) => row.framework },
        {
          title: 'Prepares',
          text: (row) => (row.prepareEnvironment ? 'yes' : 'no'),
          raw: (row) => row.prepareEnvironment,
        },
        { title: 'Arguments', text: (row) => row.argumentVector.join(' '), shrinkTo: 10 },
        { title: 'File', text: (row) => row.file },
      ],
      remark:
        rows.length === 0
          ? 'no run configurations; `aml runconfiguration create -n NAME -t TARGET` makes one'
          : undefined,
    });
  },
};
