import type { CommandDefinition } from '../../command';

export const accountShowCommand: CommandDefinition = {
  path: ['account', 'show'],
  summary: 'Show who you are to the services',
  examples: [
    ['account show', 'user, account and workspace'],
    ['account show --query user.name', 'your name only'],
  ],
  run: async (_input, context) => {
    const { readAccount } = await import('../../project/read-account');
    const { printRecord } = await import('../../output/print-records');
    const account = await readAccount(context);
    await printRecord(context.terminal, context.output, account, [
      ['name', account.name],
      ['id', account.id],
      ['user', account.user.name],
      ['workspace', account.workspace],
      ['identity', account.identity],
      ['expires', account.expiresUtc ?? 'never'],
    ]);
  },
};
