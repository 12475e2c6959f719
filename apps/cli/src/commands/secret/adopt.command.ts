import type { CommandDefinition } from '../../command';

export const secretAdoptCommand: CommandDefinition = {
  path: ['secret', 'adopt'],
  summary: 'Move passwords that stand in plain text in .compute files into the secret store',
  details:
    'The file keeps a reference: AzureMlSecret=UUID. Where the file is in a repository, the password is still in its history: change it.',
  examples: [
    ['secret adopt', 'all compute targets of the project'],
    ['secret adopt vm', 'this one'],
  ],
  operands: [{ name: '[targets...]', text: 'names of compute targets (default: all)' }],
  run: async (input, context) => {
    const { adoptSecrets } = await import('../../target/adopt-secrets');
    await adoptSecrets(context, input.operands);
  },
};
