import type { ComputeTarget } from '@aml/aml-config';
import type { TargetRegistryComponents } from '@aml/api-client';
import { AppError } from '@aml/errors';
import type { TargetKind } from '@aml/run-model';

export type TargetSettings = TargetRegistryComponents['schemas']['ComputeTargetSettings'];

const KINDS: Readonly<Record<string, TargetKind>> = { local: 'local-python', docker: 'local-docker' };

/** A target as the services take it. @throws AppError `target-kind-not-there` (blame: user) for kinds that are not there yet. */
export function targetSettings(target: ComputeTarget): TargetSettings {
  const kind = KINDS[target.type];
  if (kind === undefined) throw kindNotThere(target.type);
  return {
    name: target.name,
    kind,
    file: target.file,
    sharedVolumes: target.sharedVolumes,
    nvidiaDocker: target.nvidiaDocker,
    userManagedEnvironment: target.userManagedEnvironment,
    yarnDeployMode: target.yarnDeployMode,
    ...(target.memoryBytes === undefined ? {} : { memoryBytes: target.memoryBytes }),
    ...(target.cpus === undefined ? {} : { cpus: target.cpus }),
    ...(target.baseDockerImage === undefined ? {} : { baseDockerImage: target.baseDockerImage }),
    ...(target.nativeSharedDirectory === undefined
      ? {}
      : { nativeSharedDirectory: target.nativeSharedDirectory }),
    ...(target.pythonLocation === undefined ? {} : { pythonLocation: target.pythonLocation }),
    ...(target.sparkSubmitLocation === undefined ? {} : { sparkSubmitLocation: target.sparkSubmitLocation }),
  };
}

/** The targets that need no file. */
export function builtInTarget(name: string): TargetSettings | undefined {
  const kind = KINDS[name];
  if (kind === undefined) return undefined;
  return {
    name,
    kind,
    file: null,
    sharedVolumes: true,
    nvidiaDocker: false,
    userManagedEnvironment: false,
    yarnDeployMode: 'cluster',
  };
}

/** What is said of kinds of target that cannot be used yet. */
export function kindNotThere(kind: string): AppError {
  return new AppError({
    code: 'target-kind-not-there',
    message: `compute targets of the kind \`${kind}\` are not there yet`,
    hint: 'Kinds that work now: local and docker. Nothing was written.',
    blame: 'user',
  });
}
