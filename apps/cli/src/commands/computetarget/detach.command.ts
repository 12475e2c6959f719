import type { CommandDefinition } from '../../command';

export const detachCommand: CommandDefinition = {
  path: ['computetarget', 'detach'],
  summary: 'Take a compute target out of the project: removes NAME.compute and its NAME.runconfig',
  details: '`aml experiment clean -t NAME` before it removes what runs left there.',
  examples: [['computetarget detach --name vm', 'remove the target vm']],
  operands: [{ name: '[name]', text: 'name of the target' }],
  options: [{ flags: '-n, --name <name>', text: 'name of the target' }],
  run: async (input, context) => {
    const { requireProjectRoot } = await import('../../project/find-project-root');
    const { detachTarget } = await import('../../target/detach-target');
    const { printRecord } = await import('../../output/print-records');
    const root = requireProjectRoot(context.settings.cwd);
    const result = detachTarget(root, input.operands[0] ?? input.needed('name', '-n, --name'));
    await printRecord(context.terminal, context.output, result, [
      ['removed', result.removed.join('\n')],
      ['still naming it', result.left.join('\n')],
    ]);
  },
};
