import { type ComputeTarget, readComputeTarget } from './compute-target';
import { type CondaDependencies, readCondaDependencies } from './conda-dependencies';
import { type Finding, FindingList } from './finding';
import { ProjectFiles } from './project-files';
import { readRunConfiguration, type RunConfiguration } from './run-configuration';
import { readSourceText, type SourceFile, type SourceText } from './source-text';
import { readSparkDependencies, type SparkDependencies } from './spark-dependencies';

/** One file as it was read. `value` is undefined when the findings say why there is none. */
export interface Loaded<T> {
  readonly file: string;
  readonly value: T | undefined;
  readonly findings: readonly Finding[];
}

/** All parsing of one call together is bounded, whatever the number of files. */
const LARGEST_FOLDER = 1024 * 1024;

/** The files of `aml_config`, each read once and alone; what they say of each other is checked elsewhere. */
export class LoadedProject {
  readonly files: ProjectFiles;
  readonly targets: ReadonlyMap<string, Loaded<ComputeTarget>>;
  readonly runConfigurations: ReadonlyMap<string, Loaded<RunConfiguration>>;
  private readonly condaFiles = new Map<string, Loaded<CondaDependencies>>();
  private readonly sparkFiles = new Map<string, Loaded<SparkDependencies>>();
  private parsed = 0;

  constructor(files: readonly SourceFile[]) {
    this.files = new ProjectFiles(files);
    this.targets = this.loadAll('.compute', readComputeTarget);
    this.runConfigurations = this.loadAll('.runconfig', readRunConfiguration);
  }

  /** A conda file that is there; undefined: no such file was given. */
  conda(path: string): Loaded<CondaDependencies> | undefined {
    return this.cached(path, this.condaFiles, readCondaDependencies);
  }

  /** A Spark dependencies file that is there; undefined: no such file was given. */
  spark(path: string): Loaded<SparkDependencies> | undefined {
    return this.cached(path, this.sparkFiles, readSparkDependencies);
  }

  private loadAll<T>(
    ending: string,
    read: (name: string, source: SourceText, findings: FindingList) => T | undefined,
  ): ReadonlyMap<string, Loaded<T>> {
    const found = [...this.files.inFolder(ending)].sort((a, b) => (a.name < b.name ? -1 : 1));
    return new Map(
      found.map(({ name, file }) => [
        name,
        this.load(file, (source, findings) => read(name, source, findings)),
      ]),
    );
  }

  private cached<T>(
    path: string,
    cache: Map<string, Loaded<T>>,
    read: (source: SourceText, findings: FindingList) => T | undefined,
  ): Loaded<T> | undefined {
    const file = this.files.get(path);
    if (file === undefined) return undefined;
    const loaded = cache.get(path) ?? this.load(file, read);
    cache.set(path, loaded);
    return loaded;
  }

  private load<T>(
    file: SourceFile,
    read: (source: SourceText, findings: FindingList) => T | undefined,
  ): Loaded<T> {
    const findings = new FindingList();
    this.parsed += file.content.length;
    if (this.parsed > LARGEST_FOLDER) {
      findings.error(
        file.path,
        { line: 1, column: 1 },
        {
          code: 'folder-too-big',
          message: `the configuration files together have more than ${String(LARGEST_FOLDER)} bytes; this one is not read`,
        },
      );
      return { file: file.path, value: undefined, findings: findings.all };
    }
    const source = readSourceText(file, findings);
    const value = source === undefined ? undefined : read(source, findings);
    return { file: file.path, value, findings: findings.all };
  }
}
