import type { OptionDefinition } from '../../command';
import type { CommandInput } from '../../command-input';
import type { EnvironmentChoice } from '../../submit/environment-request';

/** Which environment is meant: the same for looking at it and for making it. */
export const ENVIRONMENT_OPTIONS: readonly OptionDefinition[] = [
  { flags: '-c, --run-configuration <name>', text: 'run configuration' },
  { flags: '-t, --target <name>', text: 'compute target to use instead of the one in the configuration' },
  { flags: '--framework <name>', text: 'Python or PySpark' },
  { flags: '--refresh-base', text: 'look for a newer base image' },
];

export async function readEnvironmentChoice(input: CommandInput): Promise<EnvironmentChoice> {
  const { readFramework } = await import('../../submit/read-submit-input');
  return {
    configuration: input.needed('runConfiguration', '-c, --run-configuration'),
    target: input.text('target'),
    framework: readFramework(input.text('framework')),
    refreshBase: input.flag('refreshBase'),
  };
}
