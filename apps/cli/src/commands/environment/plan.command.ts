import type { CommandDefinition } from '../../command';
import { ENVIRONMENT_OPTIONS, readEnvironmentChoice } from './environment-options';

export const environmentPlanCommand: CommandDefinition = {
  path: ['environment', 'plan'],
  summary: 'Show what making the environment of a run configuration would do; nothing is built',
  examples: [
    [
      'environment plan -c docker',
      'identity, layers, which line causes a rebuild, how long it took last time',
    ],
  ],
  options: ENVIRONMENT_OPTIONS,
  run: async (input, context) => {
    const { planEnvironment } = await import('../../environment/plan-environment');
    return planEnvironment(context, await readEnvironmentChoice(input));
  },
};
