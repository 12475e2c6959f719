import type { CommandDefinition } from '../../command';

export const prepareCommand: CommandDefinition = {
  path: ['experiment', 'prepare'],
  summary: 'Make the environment of a run configuration ready on its target',
  details:
    'Builds where needed, once however many ask, and shows the log of the build. `aml environment plan` says beforehand what would be done.',
  examples: [
    ['experiment prepare -c docker', 'make the environment of the configuration docker'],
    ['experiment prepare -c docker --refresh-base', 'the same on the newest base image'],
  ],
  options: [
    { flags: '-c, --run-configuration <name>', text: 'run configuration' },
    { flags: '-t, --target <name>', text: 'compute target to use instead of the one in the configuration' },
    { flags: '--framework <name>', text: 'Python or PySpark' },
    { flags: '--refresh-base', text: 'look for a newer base image' },
  ],
  run: async (input, context) => {
    const { prepareEnvironment } = await import('../../environment/prepare-environment');
    const { readFramework } = await import('../../submit/read-submit-input');
    return prepareEnvironment(context, {
      configuration: input.needed('runConfiguration', '-c, --run-configuration'),
      target: input.text('target'),
      framework: readFramework(input.text('framework')),
      refreshBase: input.flag('refreshBase'),
    });
  },
};
