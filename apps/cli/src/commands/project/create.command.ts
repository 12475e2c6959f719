import { AppError } from '@aml/errors';
import type { CommandDefinition } from '../../command';

export const projectCreateCommand: CommandDefinition = {
  path: ['project', 'create'],
  summary: 'Make a project: a folder with the configurations `local` and `docker`',
  examples: [
    ['project create -n iris', 'makes the folder iris'],
    [
      'project create -n iris --path ~/work --template scikit-learn',
      'elsewhere, with scikit-learn in its environment',
    ],
  ],
  options: [
    { flags: '-n, --name <name>', text: 'name of the project and its folder' },
    { flags: '-p, --path <folder>', text: 'where to make the folder (default: here)' },
    {
      flags: '--template <name>',
      text: 'what the conda environment starts with: python, scikit-learn (default: python)',
    },
  ],
  run: async (input, context) => {
    const { createProject } = await import('../../project/create-project');
    await createProject(context, {
      name: input.needed('name', '-n, --name'),
      path: input.text('path'),
      template: templateOf(input.text('template')),
    });
  },
};

/** @throws AppError `template-unknown` (blame: user). */
export function templateOf(text: string | undefined): 'python' | 'scikit-learn' {
  if (text === undefined || text === 'python') return 'python';
  if (text === 'scikit-learn' || text === 'sklearn') return 'scikit-learn';
  throw new AppError({
    code: 'template-unknown',
    message: `there is no template \`${text}\``,
    hint: 'Use --template python or --template scikit-learn.',
    blame: 'user',
  });
}
