import type { CommandDefinition } from '../../command';

export const targetListCommand: CommandDefinition = {
  path: ['computetarget', 'list'],
  summary: 'List the compute targets of the project',
  examples: [['computetarget list', 'names, kinds, files']],
  run: async (_input, context) => {
    const { requireProjectRoot } = await import('../../project/find-project-root');
    const { readProjectConfig } = await import('../../project/read-config-files');
    const { printRecords } = await import('../../output/print-records');
    const root = requireProjectRoot(context.settings.cwd);
    const { computeTargets } = readProjectConfig(root).config;
    const rows = computeTargets.map((target) => ({
      name: target.name,
      type: target.type,
      address:
        target.address === undefined
          ? null
          : [target.address.host, target.address.port].filter((part) => part !== undefined).join(':'),
      username: target.username ?? null,
      file: target.file,
    }));
    await printRecords(context.terminal, context.output, {
      data: rows,
      rows,
      columns: [
        { title: 'Name', text: (row) => row.name },
        { title: 'Type', text: (row) => row.type },
        { title: 'Address', text: (row) => row.address ?? '', optional: true },
        { title: 'User', text: (row) => row.username ?? '', optional: true },
        { title: 'File', text: (row) => row.file },
      ],
      remark:
        rows.length === 0
          ? 'no compute targets; `aml computetarget attach docker --name docker` makes one'
          : undefined,
    });
  },
};
