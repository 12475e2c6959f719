/** The settings of `NAME.compute`, as written. `cluster` and `native` stand in early files in place of `type`. */
export const COMPUTE_TARGET_KEYS = [
  'type',
  'address',
  'username',
  'password',
  'baseDockerImage',
  'sharedVolumes',
  'nativeSharedDirectory',
  'nvidiaDocker',
  'memory',
  'cpus',
  'pythonLocation',
  'sparkSubmitLocation',
  'userManagedEnvironment',
  'yarnDeployMode',
  'cluster',
  'native',
] as const;

export type ComputeTargetKey = (typeof COMPUTE_TARGET_KEYS)[number];

/** The settings of `NAME.runconfig`. `Description` and `ManagedEnvironment` stand in the early JSON files. */
export const RUN_CONFIGURATION_KEYS = [
  'ArgumentVector',
  'Target',
  'EnvironmentVariables',
  'Framework',
  'CondaDependenciesFile',
  'SparkDependenciesFile',
  'PrepareEnvironment',
  'TrackedRun',
  'UseSampling',
  'DataSourceSettings',
  'DataSourceSubstitutions',
  'Description',
  'ManagedEnvironment',
] as const;

export type RunConfigurationKey = (typeof RUN_CONFIGURATION_KEYS)[number];

/** Names that early JSON run configurations use for the same thing. */
export const RUN_CONFIGURATION_ALIASES: Readonly<Record<string, RunConfigurationKey>> = {
  CondaFile: 'CondaDependenciesFile',
  SparkFile: 'SparkDependenciesFile',
};

/** How a key is compared: real files differ in capitals, `-` and `_`. */
export function foldKey(key: string): string {
  return key.toLowerCase().replace(/[-_ ]/g, '');
}

const RUN_CONFIGURATION_FOLDED = new Set(
  [...RUN_CONFIGURATION_KEYS, ...Object.keys(RUN_CONFIGURATION_ALIASES)].map(foldKey),
);

export function isRunConfigurationKey(key: string): boolean {
  return RUN_CONFIGURATION_FOLDED.has(foldKey(key));
}
