export type { BuildRequest, BuiltImage, ContextFile } from './build-request';
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
