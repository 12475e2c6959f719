export { defaultPath, factsOfOwnBase, isPortable } from './base-image';
export type { BaseFacts, BaseImage, BasePin } from './base-image';
export { buildSecrets } from './build-secrets';
export type { BuildSecretsInput } from './build-secrets';
export { pypiNameTable } from './conda-names-on-pypi';
export type { PypiName } from './conda-names-on-pypi';
export { defineEnvironment } from './define-environment';
export type { DefinedEnvironment, DefineEnvironmentInput } from './define-environment';
export { describeChange } from './describe-change';
export { environmentPrefix, lockFolder } from './dockerfile-text';
export { identityOf } from './environment-definition';
export type {
  CondaPart,
  EnvironmentDefinition,
  PipFile,
  PipPart,
  PythonSource,
  SparkPart,
} from './environment-definition';
export type { CondaLock, CondaLockEntry, EnvironmentLock } from './environment-lock';
export { defaultEnvironmentSettings } from './environment-settings';
export type { EnvironmentSettings } from './environment-settings';
export { secretIds } from './image-stage';
export type { BuildStage, ImageStage, PullStage, StageFile, StageFolder, StageName } from './image-stage';
export { imageStages } from './image-stages';
export type { ImageStagesInput } from './image-stages';
export { imageLabels, labelsOf, tagOf } from './labels';
export type { ImageKind } from './labels';
export type { Notice } from './notice';
export { planEnvironment } from './plan-environment';
export type { EnvironmentPlan, KnownEnvironment, PlannedLayer } from './plan-environment';
export type { ProjectFiles } from './project-files';
export { ownBasePin, ownBaseStage, ownBaseTag, toolHash, toolStage, toolTag } from './recipes';
export type { OwnBaseVariant, Recipe, Recipes } from './recipes';
export { removedPackageTable } from './removed-packages';
export type { RemovedPackage } from './removed-packages';
export { newestSpark, sparkReleases } from './spark-versions';
export type { SparkRelease } from './spark-versions';
