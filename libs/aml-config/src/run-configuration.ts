import { readArgumentVector, readArguments } from './argument-vector';
import { compact } from './compact';
import { type DataSources, readDataSources } from './data-sources';
import { readEnvironmentVariables, readVariables } from './environment-variables';
import { type FindingList, type Position, quoted } from './finding';
import { type Framework, readFramework } from './framework';
import { RUN_CONFIGURATION_ALIASES, RUN_CONFIGURATION_KEYS, type RunConfigurationKey } from './known-keys';
import { isLaterFormat, LATER_KEYS, readLaterFormat } from './later-format';
import { NameValues, rootMap } from './name-values';
import { normalizeRunConfigurationName } from './run-configuration-name';
import { type SourceText } from './source-text';
import { type PlainValue } from './yaml-node';
import { parseYaml } from './yaml-source';

/** A run configuration as `NAME.runconfig` describes it. */
export interface RunConfiguration {
  readonly name: string;
  /** Path from the project root. */
  readonly file: string;
  /** Script and arguments; `$file` stands for the script given at submit. */
  readonly argumentVector: readonly string[];
  /** Name of the `.compute`; absent: the compute target that has the name of this run configuration. */
  readonly target?: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Default: `PySpark`. */
  readonly framework: Framework;
  /** As written, a path from the project root; absent: `aml_config/conda_dependencies.yml`. */
  readonly condaDependenciesFile?: string;
  /** As written, a path from the project root; absent: `aml_config/spark_dependencies.yml`. */
  readonly sparkDependenciesFile?: string;
  /** Prepare the environment as part of the run. Default: false. */
  readonly prepareEnvironment: boolean;
  /** Keep a record of the run. Default: true. */
  readonly trackedRun: boolean;
  readonly dataSources: DataSources;
  /** Of early JSON files: what the configuration is for. */
  readonly description?: string;
  /** `ManagedEnvironment` of early JSON files: false means the user's own Python. */
  readonly managedEnvironment?: boolean;
  /** Where each setting stands in the file, and each argument: `ArgumentVector[0]`. */
  readonly positions: Readonly<Record<string, Position>>;
  /** Settings that this service does not know, kept as they are. */
  readonly unknown: Readonly<Record<string, PlainValue>>;
}

const NOUN = 'a run configuration';

/** Reads one `NAME.runconfig`, YAML or JSON. Undefined: it is neither. */
export function readRunConfiguration(
  name: string,
  source: SourceText,
  findings: FindingList,
): RunConfiguration | undefined {
  const { root, sound } = parseYaml(source, findings);
  if (!sound) return undefined;
  const map = rootMap(source, root, NOUN, findings);
  if (map === undefined && findings.hasErrors) return undefined;
  const later = map !== undefined && isLaterFormat(map) ? readLaterFormat(map, source, findings) : undefined;
  const values = new NameValues<RunConfigurationKey>(
    source,
    map,
    {
      noun: NOUN,
      keys: RUN_CONFIGURATION_KEYS,
      aliases: RUN_CONFIGURATION_ALIASES,
      anyCase: later !== undefined,
    },
    findings,
  );
  const environment = readEnvironmentVariables(values, map, source, findings);
  const argumentVector = readArgumentVector(values, source, findings);
  const laterVariables =
    later?.variables === undefined ? {} : readVariables(later.variables, source, findings);
  return compact({
    name,
    file: source.path,
    argumentVector:
      later === undefined
        ? argumentVector
        : [...argumentVector, ...readArguments(later.command, source, findings)],
    target: readTarget(values, source, findings),
    environmentVariables: { ...laterVariables, ...environment.variables },
    framework: readFramework(values.text('Framework'), source.path, values.positionOf('Framework'), findings),
    condaDependenciesFile: values.text('CondaDependenciesFile') ?? later?.condaDependenciesFile,
    sparkDependenciesFile: values.text('SparkDependenciesFile'),
    prepareEnvironment: values.flag('PrepareEnvironment') ?? false,
    trackedRun: values.flag('TrackedRun') ?? true,
    dataSources: readDataSources(values, source, findings),
    description: values.text('Description'),
    managedEnvironment: values.flag('ManagedEnvironment'),
    positions: { ...values.positions, ...argumentPositions(values) },
    unknown: values.unknown(
      (entry) => environment.misplaced.has(entry) || (later !== undefined && LATER_KEYS.has(entry.key.text)),
    ),
  });
}

function argumentPositions(values: NameValues<RunConfigurationKey>): Readonly<Record<string, Position>> {
  const value = values.entry('ArgumentVector')?.value;
  const items = value?.kind === 'list' ? value.items : [];
  return Object.fromEntries(
    items.map((item, index) => [`ArgumentVector[${String(index)}]`, values.place(item)]),
  );
}

function readTarget(
  values: NameValues<RunConfigurationKey>,
  source: SourceText,
  findings: FindingList,
): string | undefined {
  const text = values.text('Target');
  const entry = values.entry('Target');
  if (text === undefined || entry === undefined) return undefined;
  const name = normalizeTargetName(text);
  if (name !== text) {
    findings.warning(source.path, values.positionOf('Target'), {
      code: 'target-spelling',
      message: `\`Target\` is ${quoted(text)}; it is the name of a compute target, without folder and ending, and is read as ${quoted(name)}`,
      fix: values.line(entry, name),
    });
  }
  return name;
}

/** `NAME`, `NAME.compute` and `aml_config/NAME.compute` are one compute target. */
export function normalizeTargetName(text: string): string {
  return normalizeRunConfigurationName(text.trim().replace(/\.compute$/i, ''));
}
