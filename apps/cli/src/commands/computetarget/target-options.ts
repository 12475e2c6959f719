import type { OptionDefinition } from '../../command';
import type { CommandInput } from '../../command-input';

/** Settings of a target that `attach` and `update` take. */
export const TARGET_OPTIONS: readonly OptionDefinition[] = [
  { flags: '-a, --address <host>', text: 'host name, or host:port' },
  { flags: '-u, --username <name>', text: 'SSH user' },
  { flags: '-w, --password <password>', text: 'password; it goes into the secret store, never into a file' },
  { flags: '-k, --use-azureml-ssh-key', text: 'make a key pair and print the public key to install' },
  { flags: '--base-docker-image <image>', text: 'image that environments are built on' },
  {
    flags: '--native-shared-directory <folder>',
    text: 'base of the folder that all runs of a project share',
  },
  { flags: '--nvidia-docker', text: 'run with GPUs' },
  { flags: '--python-location <program>', text: 'Python of `local`: a name on PATH or a path' },
  { flags: '--spark-submit-location <program>', text: 'spark-submit of `local`' },
];

export interface TypedTargetSettings {
  readonly address?: string;
  readonly username?: string;
  readonly baseDockerImage?: string;
  readonly nativeSharedDirectory?: string;
  readonly nvidiaDocker?: boolean;
  readonly pythonLocation?: string;
  readonly sparkSubmitLocation?: string;
}

/** The settings that were typed; a password is not among them. */
export function typedSettings(input: CommandInput): TypedTargetSettings {
  const names = [
    'address',
    'username',
    'baseDockerImage',
    'nativeSharedDirectory',
    'pythonLocation',
    'sparkSubmitLocation',
  ] as const;
  const typed: Record<string, string | boolean> = {};
  for (const name of names) {
    const value = input.text(name);
    if (value !== undefined) typed[name] = value;
  }
  if (input.flag('nvidiaDocker')) typed['nvidiaDocker'] = true;
  return typed;
}
