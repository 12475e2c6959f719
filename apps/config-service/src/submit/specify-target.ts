import type { ComputeTarget, ResolvedRun, TargetType } from '@aml/aml-config';
import { ComputeTargetSettings, type EnvironmentInputs, type SparkSettings } from '@aml/contracts';
import { AppError } from '@aml/errors';
import type { TargetKind } from '@aml/run-model';

const KIND_OF_TYPE: Partial<Record<TargetType, TargetKind>> = {
  local: 'local-python',
  docker: 'local-docker',
};

/** A compute target as a run sees it. @throws AppError `target-kind-unavailable`. */
export function specifyTarget(target: ComputeTarget): ComputeTargetSettings {
  const kind = KIND_OF_TYPE[target.type];
  if (!kind) {
    throw new AppError({
      code: 'target-kind-unavailable',
      message: `the compute target ${JSON.stringify(target.name)} has the type ${JSON.stringify(target.type)}, which this version cannot run on yet`,
      hint: 'Submit to a `local` or `docker` target: `aml experiment submit -c docker SCRIPT.py`.',
      blame: 'user',
    });
  }
  return ComputeTargetSettings.parse({
    name: target.name,
    kind,
    file: target.file,
    address: target.address,
    username: target.username,
    secretReference: target.password?.kind === 'secret-reference' ? target.password.reference : undefined,
    baseDockerImage: target.baseDockerImage,
    sharedVolumes: target.sharedVolumes,
    nativeSharedDirectory: target.nativeSharedDirectory,
    nvidiaDocker: target.nvidiaDocker,
    memoryBytes: target.memoryBytes,
    cpus: target.cpus,
    pythonLocation: target.pythonLocation,
    sparkSubmitLocation: target.sparkSubmitLocation,
    userManagedEnvironment: target.userManagedEnvironment,
    yarnDeployMode: target.yarnDeployMode,
  });
}

export function specifySpark(run: ResolvedRun): SparkSettings | null {
  if (!run.spark) return null;
  const { configuration, repositories, packages } = run.spark;
  return {
    configuration: { ...configuration },
    repositories: [...repositories],
    packages: packages.map(({ group, artifact, version }) => ({ group, artifact, version })),
  };
}

/** What the environment is made from; null where the target uses the user's own Python. */
export function specifyEnvironment(
  run: ResolvedRun,
  target: ComputeTargetSettings,
  snapshotId: string,
): EnvironmentInputs | null {
  if (target.kind === 'local-python') return null;
  return {
    snapshotId,
    condaFile: run.condaFile ?? null,
    condaName: run.conda?.name ?? null,
    channels: [...(run.conda?.channels ?? [])],
    conda: [...(run.conda?.conda ?? [])],
    pip: [...(run.conda?.pip ?? [])],
    baseImage: target.baseDockerImage ?? null,
    framework: run.framework,
    spark: specifySpark(run),
    gpu: target.nvidiaDocker,
  };
}
