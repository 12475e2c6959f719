import { AppError } from '@aml/errors';
import type { CommandDefinition } from '../../command';

export const environmentPruneCommand: CommandDefinition = {
  path: ['environment', 'prune'],
  summary: 'Remove images of environments that no run needs; never an image that is not ours',
  examples: [
    ['environment prune --dry-run --all', 'what would be removed'],
    ['environment prune --all', 'all that no run needs'],
    ['environment prune --budget 10GB', 'the least recently used, until 10 GB are left'],
    ['environment prune 3f2a91', 'this one'],
  ],
  operands: [{ name: '[identities...]', text: 'identities, or their beginnings' }],
  options: [
    { flags: '--all', text: 'all that no run needs' },
    { flags: '--budget <size>', text: 'the least recently used until this much is left: 500MB, 10GB' },
    { flags: '--dry-run', text: 'only say what would be removed' },
  ],
  run: async (input, context) => {
    const { parseSize } = await import('../../environment/parse-size');
    const { printPruned } = await import('../../environment/print-pruned');
    const budget = input.text('budget');
    const { operands } = input;
    if (operands.length === 0 && budget === undefined && !input.flag('all')) {
      throw new AppError({
        code: 'prune-what',
        message: 'nothing was named to be removed',
        hint: 'Give identities, --all or --budget 10GB; with --dry-run nothing is removed.',
        blame: 'user',
      });
    }
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const answer = await unwrap(
      server.environmentBuilder.POST('/prune', {
        body: {
          engine: 'local',
          all: input.flag('all'),
          dryRun: input.flag('dryRun'),
          ...(operands.length > 0 ? { identities: [...operands] } : {}),
          ...(budget === undefined ? {} : { budgetBytes: parseSize(budget) }),
        },
      }),
    );
    await printPruned(context, answer, input.flag('dryRun'));
  },
};
