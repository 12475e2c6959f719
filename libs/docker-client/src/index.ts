export type { BuildRequest, BuiltImage, ContextFile } from './build-request';
export { connectDocker } from './connect-docker';
export type { ConnectDockerOptions } from './connect-docker';
export type {
  ContainerInfo,
  ContainerMount,
  ContainerSpec,
  ContainerStatus,
  LogChunk,
} from './container-spec';
export type {
  CallOptions,
  ContainerSummary,
  DockerContainers,
  DockerEngine,
  DockerImages,
  DockerVolumes,
  EngineInfo,
  ImageInfo,
  ImageSummary,
  LabelFilter,
  PullOptions,
} from './docker-engine';
export { packFiles, readSmallTar } from './pack-files';
