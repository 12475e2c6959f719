import type { CommandDefinition } from '../../command';
import { templateOf } from './create.command';

export const initCommand: CommandDefinition = {
  path: ['init'],
  summary: 'Make a project of this folder, also of one from 2017 with its own aml_config',
  details:
    'Files that are there stay as they are; what the configuration lacks is added, and what is to say about it is said.',
  examples: [
    ['init', 'the project gets the name of the folder'],
    ['init -n iris', 'another name'],
  ],
  options: [
    { flags: '-n, --name <name>', text: "name of the project (default: the folder's)" },
    { flags: '--template <name>', text: 'what a new conda environment starts with: python, scikit-learn' },
  ],
  run: async (input, context) => {
    const { initProject } = await import('../../project/create-project');
    await initProject(context, { name: input.text('name'), template: templateOf(input.text('template')) });
  },
};
