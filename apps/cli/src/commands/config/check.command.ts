import type { CommandDefinition } from '../../command';

export const configCheckCommand: CommandDefinition = {
  path: ['config', 'check'],
  summary: 'Read an aml_config folder and say what is understood, what is doubtful and what is wrong',
  details: 'Works without the services. Exit code 0: everything loads; 2: something does not.',
  examples: [
    ['config check', 'the project of this folder'],
    ['config check ~/old/project', 'another one'],
    ['config check -o json', 'findings with file, line, column and corrected text, for programs'],
  ],
  operands: [
    { name: '[path]', text: 'a project or its aml_config folder (default: the project of this folder)' },
  ],
  run: async (input, context) => {
    const { checkConfig } = await import('../../project/check-config');
    return checkConfig(context, input.operands[0]);
  },
};
