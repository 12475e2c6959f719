import type { CommandDefinition } from '../../command';
import { ENVIRONMENT_OPTIONS, readEnvironmentChoice } from '../environment/environment-options';

export const prepareCommand: CommandDefinition = {
  path: ['experiment', 'prepare'],
  summary: 'Make the environment of a run configuration ready on its target',
  details:
    'Builds where needed, once however many ask, and shows the log of the build. `aml environment plan` says beforehand what would be done.',
  examples: [
    ['experiment prepare -c docker', 'make the environment of the configuration docker'],
    ['experiment prepare -c docker --refresh-base', 'the same on the newest base image'],
  ],
  options: ENVIRONMENT_OPTIONS,
  run: async (input, context) => {
    const { prepareEnvironment } = await import('../../environment/prepare-environment');
    return prepareEnvironment(context, await readEnvironmentChoice(input));
  },
};
