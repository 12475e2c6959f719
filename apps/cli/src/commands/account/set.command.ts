import { AppError } from '@aml/errors';
import type { CommandDefinition } from '../../command';

export const accountSetCommand: CommandDefinition = {
  path: ['account', 'set'],
  summary: 'Choose the account: the services of this machine have one, so this only checks its name',
  examples: [['account set -s NAME', 'succeeds where NAME is the name or id of the account']],
  options: [{ flags: '-s, --subscription <name>', text: 'name or id of the account' }],
  run: async (input, context) => {
    const wanted = input.needed('subscription', '-s, --subscription');
    const { readAccount } = await import('../../project/read-account');
    const account = await readAccount(context);
    if (wanted !== account.name && wanted !== account.id) {
      throw new AppError({
        code: 'account-unknown',
        message: `there is no account \`${wanted}\``,
        hint: `The services of this machine have one account: ${account.name}. Nothing needs to be set.`,
        blame: 'user',
      });
    }
    context.terminal.err(`${account.name} is the account in use\n`);
  },
};
