import type { CommandDefinition } from '../../command';

export const loginCommand: CommandDefinition = {
  path: ['login'],
  summary: 'Sign in: on this machine you are signed in as its user',
  details:
    'The services on this machine know you by a token file that only you can read; it does not expire. This command makes sure that it works.',
  examples: [['login', 'start the services where needed and say who you are']],
  run: async (_input, context) => {
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const account = await unwrap(server.configService.GET('/account'));
    const { printRecord } = await import('../../output/print-records');
    await printRecord(context.terminal, context.output, account, [
      [
        'signed in as',
        `${account.userName} (${account.identity === 'machine-user' ? "this machine's user" : account.identity})`,
      ],
      ['account', account.accountName],
      ['workspace', account.workspaceName],
      ['expires', account.expiresUtc ?? 'never; the token is in ' + context.settings.home + '/token'],
    ]);
  },
};
