import type { CommandDefinition } from '../../command';

export const targetCheckCommand: CommandDefinition = {
  path: ['computetarget', 'check'],
  summary: 'Say whether a compute target can be used: each fact with a verdict and the command that mends it',
  details: 'Exit code 0: usable; 3: not.',
  examples: [['computetarget check docker', 'engine, permissions, folders, disk space']],
  operands: [{ name: '[name]', text: 'name of the target' }],
  options: [{ flags: '-n, --name <name>', text: 'name of the target' }],
  run: async (input, context) => {
    const { checkTarget } = await import('../../target/check-target');
    return checkTarget(context, input.operands[0] ?? input.needed('name', '-n, --name'));
  },
};
