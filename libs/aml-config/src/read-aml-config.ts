import { followRunConfiguration } from './check-run-configuration';
import { type ComputeTarget } from './compute-target';
import { type CondaDependencies } from './conda-dependencies';
import { DEFAULT_CONDA_FILE, DEFAULT_SPARK_FILE } from './dependency-file';
import { type Finding, FindingList, quoted, sortFindings } from './finding';
import { type Loaded, LoadedProject } from './load-project';
import { projectPath } from './project-path';
import { referencesOf } from './requirement-files';
import { type RunConfiguration } from './run-configuration';
import { type SourceFile } from './source-text';
import { type SparkDependencies } from './spark-dependencies';

export interface DependencyFile<T> {
  /** Path from the project root. */
  readonly file: string;
  readonly dependencies: T;
}

/** Everything an `aml_config` folder says. What could not be read is in the findings only. */
export interface AmlConfig {
  readonly computeTargets: readonly ComputeTarget[];
  readonly runConfigurations: readonly RunConfiguration[];
  readonly condaFiles: readonly DependencyFile<CondaDependencies>[];
  readonly sparkFiles: readonly DependencyFile<SparkDependencies>[];
  /** By file and line. */
  readonly findings: readonly Finding[];
}

/**
 * Reads an `aml_config` folder and checks what its files say of each other. Pure and total: it throws on no input and ends in bounded time.
 * `files` are the files of the folder and, when dependency files lie elsewhere, those too (`referencedPaths` names them): what is not given does not exist.
 */
export function readAmlConfig(files: readonly SourceFile[]): AmlConfig {
  const project = new LoadedProject(files);
  const findings = new FindingList();
  for (const loaded of [...project.targets.values(), ...project.runConfigurations.values()])
    findings.include(loaded.findings);
  for (const { value } of project.runConfigurations.values()) {
    if (value !== undefined) followRunConfiguration(project, value, value.framework, undefined, findings);
  }
  const conda = dependencyPaths(project, 'conda').flatMap((path) => presence(project.conda(path)));
  const spark = dependencyPaths(project, 'spark').flatMap((path) => presence(project.spark(path)));
  for (const loaded of [...conda, ...spark]) findings.include(loaded.findings);
  reportMisnamed(files, findings);
  return {
    computeTargets: valuesOf([...project.targets.values()]).map(({ value }) => value),
    runConfigurations: valuesOf([...project.runConfigurations.values()]).map(({ value }) => value),
    condaFiles: valuesOf(conda).map(({ file, value }) => ({ file, dependencies: value })),
    sparkFiles: valuesOf(spark).map(({ file, value }) => ({ file, dependencies: value })),
    findings: sortFindings(findings.all),
  };
}

/**
 * Paths, from the project root, of files outside the given ones that they refer to: dependency files and, once those are given, the requirement
 * files they include. Ask again with what was found until nothing new comes. The paths need not exist.
 */
export function referencedPaths(files: readonly SourceFile[]): readonly string[] {
  const project = new LoadedProject(files);
  const paths = new Set([...dependencyPaths(project, 'conda'), ...dependencyPaths(project, 'spark')]);
  for (const path of [...paths]) {
    const conda = project.conda(path)?.value;
    for (const reference of conda === undefined ? [] : referencesOf(path, conda, project.files))
      paths.add(reference);
  }
  return [...paths].filter((path) => path !== '.' && project.files.get(path) === undefined).sort();
}

function dependencyPaths(project: LoadedProject, kind: 'conda' | 'spark'): readonly string[] {
  const paths = new Set([kind === 'conda' ? DEFAULT_CONDA_FILE : DEFAULT_SPARK_FILE]);
  for (const { value } of project.runConfigurations.values()) {
    const written = kind === 'conda' ? value?.condaDependenciesFile : value?.sparkDependenciesFile;
    const path = projectPath(written?.replaceAll('\\', '/') ?? '');
    if (path.kind !== 'inside' || /\.(?:runconfig|compute)$/i.test(path.path)) continue;
    const inFolder = `aml_config/${path.path}`;
    paths.add(
      project.files.get(path.path) === undefined && project.files.get(inFolder) !== undefined
        ? inFolder
        : path.path,
    );
  }
  return [...paths];
}

function presence<T>(loaded: Loaded<T> | undefined): readonly Loaded<T>[] {
  return loaded === undefined ? [] : [loaded];
}

function valuesOf<T>(loaded: readonly Loaded<T>[]): readonly { readonly file: string; readonly value: T }[] {
  return loaded.flatMap(({ file, value }) => (value === undefined ? [] : [{ file, value }]));
}

/** Files that are nearly called what the service reads. */
function reportMisnamed(files: readonly SourceFile[], findings: FindingList): void {
  for (const { path } of files) {
    const [, base, ending] =
      /^(aml_config\/[^/]*?(?:\.runconfig|\.compute|conda_dependencies|spark_dependencies))(\.ya?ml|\.json|\.txt)$/i.exec(
        path,
      ) ?? [];
    if (
      base === undefined ||
      ending === undefined ||
      path === DEFAULT_CONDA_FILE ||
      path === DEFAULT_SPARK_FILE
    )
      continue;
    const isDependencies = /_dependencies$/i.test(base);
    if (isDependencies && ending.toLowerCase() === '.yml') continue;
    findings.warning(
      path,
      { line: 1, column: 1 },
      {
        code: 'file-name',
        message: `the file is not read because of its name; ${quoted(isDependencies ? `${base}.yml` : base)} would be`,
        hint: `Rename it.`,
      },
    );
  }
}
