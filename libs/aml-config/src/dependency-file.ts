import { type FindingList, type Position, quoted } from './finding';
import { type LoadedProject } from './load-project';
import { projectPath } from './project-path';
import { type RunConfiguration } from './run-configuration';
import { closest } from './suggest';

export const DEFAULT_CONDA_FILE = 'aml_config/conda_dependencies.yml';
export const DEFAULT_SPARK_FILE = 'aml_config/spark_dependencies.yml';

const KINDS = {
  conda: { key: 'CondaDependenciesFile', property: 'condaDependenciesFile', standard: DEFAULT_CONDA_FILE },
  spark: { key: 'SparkDependenciesFile', property: 'sparkDependenciesFile', standard: DEFAULT_SPARK_FILE },
} as const;

export type DependencyKind = keyof typeof KINDS;

/**
 * The dependency file of a run configuration, a path that is there. `used` says whether a run reads it: what is wrong with a file that no run reads is a
 * warning. A path that leaves the project and a path that leads back to a run configuration are always errors.
 */
export function locateDependencyFile(
  project: LoadedProject,
  configuration: RunConfiguration,
  kind: DependencyKind,
  used: boolean,
  findings: FindingList,
): string | undefined {
  const { key, property, standard } = KINDS[kind];
  const written = configuration[property];
  if (written === undefined) return standardFile(project, configuration, kind, used, findings);
  const at = configuration.positions[key] ?? { line: 1, column: 1 };
  const path = projectPath(written.replaceAll('\\', '/'));
  if (path.kind !== 'inside') {
    findings.error(configuration.file, at, {
      code: 'path-outside-project',
      message: `\`${key}\` is ${quoted(written)}, which is ${path.kind === 'empty' ? 'not a file' : 'outside the project'}; a run has only what is in the project folder`,
      fix: `${key}: ${standard}`,
      hint: 'Copy the file into the project and give its path from the project folder.',
    });
    return undefined;
  }
  if (/\.(?:runconfig|compute)$/i.test(path.path)) {
    reportWrongKind(project, configuration, kind, path.path, at, findings);
    return undefined;
  }
  return existing(project, configuration, { kind, path: path.path, written, at, used }, findings);
}

function standardFile(
  project: LoadedProject,
  configuration: RunConfiguration,
  kind: DependencyKind,
  used: boolean,
  findings: FindingList,
): string | undefined {
  const { key, standard } = KINDS[kind];
  if (project.files.get(standard) !== undefined) return standard;
  if (kind === 'conda' && used) {
    findings.warning(configuration.file, configuration.positions[key] ?? { line: 1, column: 1 }, {
      code: 'dependency-file-absent',
      message: `there is no ${quoted(standard)}: the environment has only what the base image brings`,
      hint: 'Type `aml init` to write one.',
    });
  }
  return undefined;
}

/** A dependency file as a run configuration names it. */
interface NamedFile {
  readonly kind: DependencyKind;
  /** From the project root. */
  readonly path: string;
  readonly written: string;
  readonly at: Position;
  /** Whether the run reads it. */
  readonly used: boolean;
}

function existing(
  project: LoadedProject,
  configuration: RunConfiguration,
  named: NamedFile,
  findings: FindingList,
): string | undefined {
  const { kind, path, written, at, used } = named;
  const { key } = KINDS[kind];
  const { files } = project;
  const found = files.getAnyCase(path)?.path ?? files.getAnyCase(`aml_config/${path}`)?.path;
  if (found !== undefined) {
    if (found !== written && found !== path) {
      findings.warning(configuration.file, at, {
        code: 'dependency-file-spelling',
        message: `\`${key}\` is ${quoted(written)}; the path counts from the project folder, and the file is ${quoted(found)}`,
        fix: `${key}: ${found}`,
      });
    }
    return found;
  }
  const meant = closest(
    path,
    files.all.map((file) => file.path).filter((name) => /\.ya?ml$/i.test(name)),
  );
  const detail = {
    code: 'dependency-file-missing',
    message: `\`${key}\` is ${quoted(written)}, and there is no such file in the project`,
    fix: meant === undefined ? undefined : `${key}: ${meant}`,
    hint: meant === undefined ? 'The path counts from the project folder.' : `Did you mean ${quoted(meant)}?`,
  };
  if (used) findings.error(configuration.file, at, detail);
  else findings.warning(configuration.file, at, detail);
  return undefined;
}

/** A dependency file that is a run configuration: circular when the chain comes back to a file it went through. */
function reportWrongKind(
  project: LoadedProject,
  configuration: RunConfiguration,
  kind: DependencyKind,
  path: string,
  at: Position,
  findings: FindingList,
): void {
  const { key, property, standard } = KINDS[kind];
  const chain = [configuration.file, path];
  for (let next = path; next.endsWith('.runconfig');) {
    const loaded = [...project.runConfigurations.values()].find((candidate) => candidate.file === next);
    const written = projectPath(loaded?.value?.[property]?.replaceAll('\\', '/') ?? '');
    if (written.kind !== 'inside' || chain.indexOf(next) < chain.length - 1) break;
    next = written.path;
    chain.push(next);
  }
  const circular = new Set(chain).size < chain.length;
  findings.error(configuration.file, at, {
    code: circular ? 'dependency-file-circular' : 'dependency-file-kind',
    message: circular
      ? `\`${key}\` leads back to where it started: ${chain.slice(0, 10).map(quoted).join(' → ')}`
      : `\`${key}\` is ${quoted(path)}, which is no dependency file but a ${path.toLowerCase().endsWith('.compute') ? 'compute target' : 'run configuration'}`,
    fix: `${key}: ${standard}`,
  });
}
