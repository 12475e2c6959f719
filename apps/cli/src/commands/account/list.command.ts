import type { CommandDefinition } from '../../command';

export const accountListCommand: CommandDefinition = {
  path: ['account', 'list'],
  summary: 'List the accounts: the services of this machine have one',
  examples: [['account list -o table', 'the account and its workspace']],
  run: async (_input, context) => {
    const { readAccount } = await import('../../project/read-account');
    const { printRecords } = await import('../../output/print-records');
    const account = await readAccount(context);
    await printRecords(context.terminal, context.output, {
      data: [account],
      rows: [account],
      columns: [
        { title: 'Name', text: (row) => row.name },
        { title: 'Id', text: (row) => row.id },
        { title: 'User', text: (row) => row.user.name },
        { title: 'Workspace', text: (row) => row.workspace },
        { title: 'Default', text: (row) => String(row.isDefault) },
      ],
    });
  },
};
