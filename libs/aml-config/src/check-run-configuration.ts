import { type ComputeTarget } from './compute-target';
import { type CondaDependencies } from './conda-dependencies';
import { locateDependencyFile } from './dependency-file';
import { type FindingList } from './finding';
import { findTarget } from './find-target';
import { type Framework } from './framework';
import { type LoadedProject } from './load-project';
import { checkRequirementFiles } from './requirement-files';
import { type RunConfiguration } from './run-configuration';
import { type SparkDependencies } from './spark-dependencies';

/** The files that a run configuration leads to. */
export interface Dependencies {
  readonly target: ComputeTarget | undefined;
  readonly condaFile: string | undefined;
  readonly conda: CondaDependencies | undefined;
  readonly sparkFile: string | undefined;
  readonly spark: SparkDependencies | undefined;
}

/** Follows a run configuration to its target and its dependency files, with the findings of the files that a run reads. */
export function followRunConfiguration(
  project: LoadedProject,
  configuration: RunConfiguration,
  framework: Framework,
  typedTarget: string | undefined,
  findings: FindingList,
): Dependencies {
  const loaded = findTarget(project, configuration, typedTarget, findings);
  findings.include(loaded?.findings ?? []);
  const target = loaded?.value;
  const usesConda = target !== undefined && usesCondaEnvironment(target, configuration);
  const usesSpark = framework === 'PySpark';
  const condaFile = locateDependencyFile(project, configuration, 'conda', usesConda, findings);
  const sparkFile = locateDependencyFile(project, configuration, 'spark', usesSpark, findings);
  const conda = usesConda && condaFile !== undefined ? project.conda(condaFile) : undefined;
  const spark = usesSpark && sparkFile !== undefined ? project.spark(sparkFile) : undefined;
  findings.include(conda?.findings ?? []);
  findings.include(spark?.findings ?? []);
  if (conda?.value !== undefined) checkRequirementFiles(conda.file, conda.value, project.files, findings);
  return { target, condaFile: conda?.file, conda: conda?.value, sparkFile: spark?.file, spark: spark?.value };
}

/** Docker, remote Docker and clusters have a conda environment of their own, unless the user manages it. */
export function usesCondaEnvironment(target: ComputeTarget, configuration: RunConfiguration): boolean {
  const managed = !target.userManagedEnvironment && configuration.managedEnvironment !== false;
  return managed && (target.type === 'docker' || target.type === 'remotedocker' || target.type === 'cluster');
}
