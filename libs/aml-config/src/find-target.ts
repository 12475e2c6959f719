import { type ComputeTarget } from './compute-target';
import { COMMAND_LINE, type FindingList, type Position, quoted } from './finding';
import { type Loaded, type LoadedProject } from './load-project';
import { normalizeTargetName, type RunConfiguration } from './run-configuration';
import { closest, listed } from './suggest';

/** The compute target of a run: the one that was typed, else `Target`, else the one that has the run configuration's name. */
export function findTarget(
  project: LoadedProject,
  configuration: RunConfiguration,
  typed: string | undefined,
  findings: FindingList,
): Loaded<ComputeTarget> | undefined {
  if (typed !== undefined) {
    return byName(
      project,
      normalizeTargetName(typed),
      { file: COMMAND_LINE, at: { line: 1, column: 1 }, said: `\`-t\` is ${quoted(typed)}` },
      findings,
    );
  }
  const at = configuration.positions['Target'] ?? { line: 1, column: 1 };
  if (configuration.target !== undefined) {
    return byName(
      project,
      configuration.target,
      { file: configuration.file, at, said: `\`Target\` is ${quoted(configuration.target)}` },
      findings,
    );
  }
  const namesake = project.targets.get(configuration.name);
  const name = namesake === undefined ? [...project.targets.keys()][0] : configuration.name;
  if (namesake !== undefined) {
    findings.warning(configuration.file, at, {
      code: 'target-absent',
      message: `there is no \`Target\`; the compute target of the same name, ${quoted(configuration.name)}, is used`,
      fix: `Target: ${configuration.name}`,
    });
    return namesake;
  }
  findings.error(configuration.file, at, {
    code: 'target-absent',
    message: `there is no \`Target\`, and no compute target is called ${quoted(configuration.name)}; ${those(project)}`,
    fix: `Target: ${name ?? 'NAME'}`,
  });
  return undefined;
}

interface Asked {
  readonly file: string;
  readonly at: Position;
  readonly said: string;
}

function byName(
  project: LoadedProject,
  name: string,
  asked: Asked,
  findings: FindingList,
): Loaded<ComputeTarget> | undefined {
  const exact = project.targets.get(name);
  if (exact !== undefined) return exact;
  const names = [...project.targets.keys()];
  const alike = names.filter((candidate) => candidate.toLowerCase() === name.toLowerCase());
  const [only] = alike;
  if (only !== undefined && alike.length === 1) {
    findings.warning(asked.file, asked.at, {
      code: 'target-spelling',
      message: `${asked.said}; the compute target is called ${quoted(only)}, which is used`,
      fix: asked.file === COMMAND_LINE ? undefined : `Target: ${only}`,
    });
    return project.targets.get(only);
  }
  if (name === 'local') return assumedLocal(asked, findings);
  const meant = closest(name, names);
  findings.error(asked.file, asked.at, {
    code: 'target-unknown',
    message: `${asked.said}, and there is no ${quoted(`aml_config/${name}.compute`)}; ${those(project)}`,
    fix: meant === undefined || asked.file === COMMAND_LINE ? undefined : `Target: ${meant}`,
    hint:
      meant === undefined ? 'Type `aml computetarget attach` to make it.' : `Did you mean ${quoted(meant)}?`,
  });
  return undefined;
}

function those(project: LoadedProject): string {
  const names = [...project.targets.keys()];
  if (names.length === 0) return 'the project has no compute target';
  return `${names.length === 1 ? 'the only compute target is' : 'the compute targets are'} ${listed(names)}`;
}

/** Early projects have a `local.runconfig` and no `local.compute`: this machine needed no description. */
function assumedLocal(asked: Asked, findings: FindingList): Loaded<ComputeTarget> {
  findings.warning(asked.file, asked.at, {
    code: 'target-local-assumed',
    message: `${asked.said}, and there is no \`aml_config/local.compute\`: this machine with its own Python is used`,
    hint: 'Write `aml_config/local.compute` with the line `type: local` to say so.',
  });
  const value: ComputeTarget = {
    name: 'local',
    file: 'aml_config/local.compute',
    type: 'local',
    sharedVolumes: false,
    nvidiaDocker: false,
    userManagedEnvironment: false,
    yarnDeployMode: 'cluster',
    positions: {},
    unknown: {},
  };
  return { file: value.file, value, findings: [] };
}
