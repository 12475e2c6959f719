import { ComputeTargetSettings } from '@aml/contracts';
import type { TargetDefinition } from '../shared/target-definition';

export const localDockerDefinition: TargetDefinition = {
  kind: 'local-docker',
  title: "a container on this machine's Docker engine",
  environment: 'image',
  settings: ComputeTargetSettings.pick({
    name: true,
    file: true,
    baseDockerImage: true,
    pythonLocation: true,
    sharedVolumes: true,
    nativeSharedDirectory: true,
    nvidiaDocker: true,
    memoryBytes: true,
    cpus: true,
  }),
};
