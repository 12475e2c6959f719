import { passwordReferenceText } from './password';
import { type TargetType } from './target-type';
import { type WritableValue, pairLines } from './value-text';

export interface ComputeFileInput {
  readonly type: TargetType;
  /** `host` or `host:port`. */
  readonly address?: string;
  readonly username?: string;
  /** Id of a stored secret; written as `AzureMlSecret=…`. A password itself is never written. */
  readonly passwordReference?: string;
  readonly baseDockerImage?: string;
  readonly sharedVolumes?: boolean;
  readonly nativeSharedDirectory?: string;
  readonly nvidiaDocker?: boolean;
  readonly pythonLocation?: string;
  readonly sparkSubmitLocation?: string;
  readonly userManagedEnvironment?: boolean;
  readonly yarnDeployMode?: 'cluster' | 'client';
}

const SHARED_DIRECTORY = '~/.azureml/share/';

const DEFAULTS: Readonly<Record<TargetType, Partial<ComputeFileInput>>> = {
  local: {
    pythonLocation: 'python',
    sparkSubmitLocation: 'spark-submit',
    nativeSharedDirectory: SHARED_DIRECTORY,
  },
  docker: { sharedVolumes: true, nativeSharedDirectory: SHARED_DIRECTORY },
  remotedocker: { sharedVolumes: true, nativeSharedDirectory: SHARED_DIRECTORY },
  remote: { pythonLocation: 'python', nativeSharedDirectory: SHARED_DIRECTORY, userManagedEnvironment: true },
  cluster: { yarnDeployMode: 'cluster' },
};

/** The text of a new `NAME.compute` as `attach` writes it: the settings in alphabetical order, those of its type filled in. */
export function computeFileText(input: ComputeFileInput): string {
  const { passwordReference, ...settings } = { ...DEFAULTS[input.type], ...input };
  const password = passwordReference === undefined ? undefined : passwordReferenceText(passwordReference);
  return textOf({ ...settings, password });
}

export interface RunConfigurationFileInput {
  /** Name of the `.compute`. */
  readonly target: string;
  /** Default: `[$file]`. */
  readonly argumentVector?: readonly string[];
  /** Default: `PySpark`. */
  readonly framework?: 'PySpark' | 'Python';
  readonly environmentVariables?: Readonly<Record<string, string>>;
  readonly condaDependenciesFile?: string;
  readonly sparkDependenciesFile?: string;
  /** Default: false. */
  readonly prepareEnvironment?: boolean;
  /** Default: true. */
  readonly trackedRun?: boolean;
  /** Default: true. */
  readonly useSampling?: boolean;
}

/** The text of a new `NAME.runconfig` as `attach` writes it. */
export function runConfigurationFileText(input: RunConfigurationFileInput): string {
  return textOf({
    ArgumentVector: input.argumentVector ?? ['$file'],
    CondaDependenciesFile: input.condaDependenciesFile ?? 'aml_config/conda_dependencies.yml',
    EnvironmentVariables: input.environmentVariables ?? null,
    Framework: input.framework ?? 'PySpark',
    PrepareEnvironment: input.prepareEnvironment ?? false,
    SparkDependenciesFile: input.sparkDependenciesFile ?? 'aml_config/spark_dependencies.yml',
    Target: input.target,
    TrackedRun: input.trackedRun ?? true,
    UseSampling: input.useSampling ?? true,
  });
}

function textOf(settings: Readonly<Record<string, WritableValue | undefined>>): string {
  const present = Object.entries(settings).flatMap(([key, value]): [string, WritableValue][] =>
    value === undefined ? [] : [[key, value]],
  );
  const ordered = present.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${ordered.flatMap(([key, value]) => pairLines(key, value, '')).join('\n')}\n`;
}
