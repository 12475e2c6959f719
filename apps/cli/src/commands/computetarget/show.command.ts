import type { CommandDefinition } from '../../command';

export const targetShowCommand: CommandDefinition = {
  path: ['computetarget', 'show'],
  summary: 'Show a compute target, and for `local` the Python that a run from this shell would use',
  examples: [
    ['computetarget show local', 'with its Python and why this one'],
    ['computetarget show docker -o json', 'the settings for programs'],
  ],
  operands: [{ name: '[name]', text: 'name of the target' }],
  options: [{ flags: '-n, --name <name>', text: 'name of the target' }],
  run: async (input, context) => {
    const { showTarget } = await import('../../target/show-target');
    await showTarget(context, input.operands[0] ?? input.needed('name', '-n, --name'));
  },
};
