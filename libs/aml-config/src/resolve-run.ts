import { checkScript, composeArguments, FILE_TOKEN } from './argument-vector';
import { followRunConfiguration } from './check-run-configuration';
import { compact } from './compact';
import { type ComputeTarget } from './compute-target';
import { type CondaDependencies } from './conda-dependencies';
import { type DataSources } from './data-sources';
import { variableProblem } from './environment-variables';
import { COMMAND_LINE, type Finding, FindingList, quoted, sortFindings } from './finding';
import { type Framework } from './framework';
import { type Loaded, LoadedProject } from './load-project';
import { type RunConfiguration } from './run-configuration';
import { normalizeRunConfigurationName } from './run-configuration-name';
import { findSecretArguments, secretReason } from './secrets-look';
import { type SourceFile } from './source-text';
import { type SparkDependencies } from './spark-dependencies';
import { closest, listed } from './suggest';
import { runConfigurationFileText } from './templates';

/** What was typed at submit; it wins over the files. */
export interface RunOverrides {
  /** Path from the project root. */
  readonly script?: string;
  readonly arguments?: readonly string[];
  readonly target?: string;
  readonly framework?: Framework;
  /** Added to those of the file; the same name wins. */
  readonly environmentVariables?: Readonly<Record<string, string>>;
  readonly prepareEnvironment?: boolean;
  readonly trackedRun?: boolean;
}

/** What a submit runs, complete: files and overrides merged. */
export interface ResolvedRun {
  /** Name of the run configuration. */
  readonly name: string;
  readonly runConfiguration: RunConfiguration;
  readonly computeTarget: ComputeTarget;
  readonly framework: Framework;
  /** The script and its arguments; how they are put together: `composeArguments`. */
  readonly argumentVector: readonly string[];
  /** The first of `argumentVector`, a path from the project root. */
  readonly script?: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Only for docker, remotedocker and cluster, and not with a user-managed environment. */
  readonly conda?: CondaDependencies;
  readonly condaFile?: string;
  /** Only for `PySpark`. */
  readonly spark?: SparkDependencies;
  readonly sparkFile?: string;
  readonly prepareEnvironment: boolean;
  readonly trackedRun: boolean;
  readonly dataSources: DataSources;
}

export interface Resolution {
  /** Undefined: one of the findings is an error. */
  readonly resolved?: ResolvedRun;
  /** Of the files that this run reads, and of what was typed. */
  readonly findings: readonly Finding[];
}

const TYPED = { line: 1, column: 1 };

/** Puts together what `submit` runs. Pure and total, as `readAmlConfig`. `name` may be typed in any of the accepted ways. */
export function resolveRun(
  files: readonly SourceFile[],
  name: string,
  overrides: RunOverrides = {},
): Resolution {
  const findings = new FindingList();
  const project = new LoadedProject(files);
  const loaded = findRunConfiguration(project, name, findings);
  findings.include(loaded?.findings ?? []);
  const resolved =
    loaded?.value === undefined ? undefined : compose(project, loaded.value, overrides, findings);
  const sorted = sortFindings(findings.all);
  return resolved === undefined || findings.hasErrors ? { findings: sorted } : { resolved, findings: sorted };
}

function compose(
  project: LoadedProject,
  configuration: RunConfiguration,
  overrides: RunOverrides,
  findings: FindingList,
): ResolvedRun | undefined {
  const framework = overrides.framework ?? configuration.framework;
  const { target, ...dependencies } = followRunConfiguration(
    project,
    configuration,
    framework,
    overrides.target,
    findings,
  );
  const argumentVector = composeCommand(configuration, overrides, findings);
  const environmentVariables = { ...configuration.environmentVariables, ...overrides.environmentVariables };
  checkTyped(overrides, findings);
  if (target === undefined || argumentVector === undefined) return undefined;
  return compact({
    name: configuration.name,
    runConfiguration: configuration,
    computeTarget: target,
    framework,
    argumentVector,
    script: argumentVector[0],
    environmentVariables,
    ...dependencies,
    prepareEnvironment: overrides.prepareEnvironment ?? configuration.prepareEnvironment,
    trackedRun: overrides.trackedRun ?? configuration.trackedRun,
    dataSources: configuration.dataSources,
  });
}

function composeCommand(
  configuration: RunConfiguration,
  overrides: RunOverrides,
  findings: FindingList,
): readonly string[] | undefined {
  const vector = configuration.argumentVector;
  const at = configuration.positions['ArgumentVector'] ?? TYPED;
  const command = composeArguments(vector, overrides);
  const [script, ...args] = command;
  if (
    script === undefined ||
    script === '' ||
    (overrides.script === undefined && vector.includes(FILE_TOKEN))
  ) {
    findings.error(configuration.file, at, {
      code: 'script-missing',
      message: vector.includes(FILE_TOKEN)
        ? '`ArgumentVector` runs the script that is given at submit (`$file`), and none was given'
        : 'there is no script to run: `ArgumentVector` is empty, and no script was given',
      hint: `Type \`aml experiment submit -c ${configuration.name} SCRIPT.py\`.`,
    });
    return undefined;
  }
  const replaced = overrides.script !== undefined && vector.length > 0 && !vector.includes(FILE_TOKEN);
  if (replaced && (vector.length > 1 || vector[0] !== overrides.script)) {
    findings.warning(configuration.file, at, {
      code: 'argument-vector-replaced',
      message: `\`ArgumentVector\` names its own script, ${quoted(vector[0] ?? '')}; it is not used, because ${quoted(overrides.script)} was given`,
      hint: 'Put `$file` in its place to keep the other arguments.',
    });
  }
  for (const secret of findSecretArguments(vector)) {
    const itself = configuration.positions[`ArgumentVector[${String(secret.index)}]`] ?? at;
    findings.warning(configuration.file, itself, {
      code: 'secret-in-configuration',
      message: `argument ${String(secret.index + 1)} of \`ArgumentVector\` looks like a secret, because ${secret.reason}; it is kept in every snapshot of the project`,
      hint: 'Give it as an environment variable when you submit: `--env NAME=…`.',
    });
  }
  const typed = script === overrides.script;
  const path = checkScript(
    script,
    typed,
    typed ? COMMAND_LINE : configuration.file,
    typed ? TYPED : at,
    findings,
  );
  return path === undefined ? undefined : [path, ...args];
}

function checkTyped(overrides: RunOverrides, findings: FindingList): void {
  for (const [name, value] of Object.entries(overrides.environmentVariables ?? {})) {
    const problem = variableProblem(name, value);
    if (problem !== undefined)
      findings.error(COMMAND_LINE, TYPED, { code: 'environment-variable-malformed', message: problem });
    const reason = secretReason(name, value);
    if (reason === undefined) continue;
    findings.warning(COMMAND_LINE, TYPED, {
      code: 'secret-typed',
      message: `the environment variable ${quoted(name)} looks like a secret, because ${reason}; it is kept in the record of the run`,
    });
  }
  for (const { index, reason } of findSecretArguments(overrides.arguments ?? [])) {
    findings.warning(COMMAND_LINE, TYPED, {
      code: 'secret-typed',
      message: `argument ${String(index + 1)} of the script looks like a secret, because ${reason}; it is kept in the record of the run`,
    });
  }
}

function findRunConfiguration(
  project: LoadedProject,
  typed: string,
  findings: FindingList,
): Loaded<RunConfiguration> | undefined {
  const name = normalizeRunConfigurationName(typed);
  const names = [...project.runConfigurations.keys()];
  const alike = names.filter((candidate) => candidate.toLowerCase() === name.toLowerCase());
  const found =
    project.runConfigurations.get(name) ??
    (alike.length === 1 ? project.runConfigurations.get(alike[0] ?? '') : undefined);
  if (found !== undefined) return found;
  if (names.length === 0 && project.targets.size === 0) {
    findings.error(COMMAND_LINE, TYPED, {
      code: 'aml-config-missing',
      message: 'the project has no `aml_config` folder with run configurations',
      hint: 'Type `aml init` in the project folder.',
    });
    return undefined;
  }
  const meant = closest(name.replace(/\.compute$/, ''), names);
  const target = project.targets.has(name) ? name : undefined;
  findings.error(COMMAND_LINE, TYPED, {
    code: 'run-configuration-unknown',
    message: `there is no run configuration ${quoted(name)}${names.length === 0 ? '' : `; ${names.length === 1 ? 'the only one is' : 'there are'} ${listed(names)}`}`,
    fix: target === undefined ? undefined : runConfigurationFileText({ target }),
    hint:
      target !== undefined
        ? `There is a compute target of that name: write the text above as \`aml_config/${target}.runconfig\`, or type \`aml runconfiguration create\`.`
        : meant === undefined
          ? 'Type `aml runconfiguration list` to see them.'
          : `Did you mean ${quoted(meant)}?`,
  });
  return undefined;
}
