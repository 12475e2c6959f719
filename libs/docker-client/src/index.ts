export { buildEnvironmentImage } from './build-stages';
export type { BuildStagesOptions, BuiltStages, StageOutcome } from './build-stages';
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
export { FakeDockerEngine } from './fake-docker-engine';
export type { FakeProgram } from './fake-containers';
export type { FakeFiles } from './fake-images';
export { packFiles, readSmallTar } from './pack-files';
export { pinOf, probeBaseImage } from './probe-base-image';
export type { ProbedFacts, ProbedImage } from './probe-base-image';
export { readLock } from './read-lock';
export type { ImageLock, LockedPackage } from './read-lock';
export { readRecipe } from './read-recipe';
export type { RecipeFile } from './read-recipe';
export type { Stage, StageSource, StageToBuild, StageToPull } from './stage';
