import type { CommandDefinition } from '../../command';

export const environmentPlanCommand: CommandDefinition = {
  path: ['environment', 'plan'],
  summary: 'Show what making the environment of a run configuration would do; nothing is built',
  examples: [
    [
      'environment plan -c docker',
      'identity, layers, which line causes a rebuild, how long it took last time',
    ],
  ],
  options: [
    { flags: '-c, --run-configuration <name>', text: 'run configuration' },
    { flags: '-t, --target <name>', text: 'compute target to use instead of the one in the configuration' },
    { flags: '--framework <name>', text: 'Python or PySpark' },
    { flags: '--refresh-base', text: 'look for a newer base image' },
  ],
  run: async (input, context) => {
    const { planEnvironment } = await import('../../environment/plan-environment');
    const { readFramework } = await import('../../submit/read-submit-input');
    return planEnvironment(context, {
      configuration: input.needed('runConfiguration', '-c, --run-configuration'),
      target: input.text('target'),
      framework: readFramework(input.text('framework')),
      refreshBase: input.flag('refreshBase'),
    });
  },
};
