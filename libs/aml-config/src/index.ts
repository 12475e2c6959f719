export { type Address } from './address';
export { composeArguments, FILE_TOKEN } from './argument-vector';
export { type ComputeTarget, isReachedBySsh } from './compute-target';
export { type CondaDependencies, type CondaEntry } from './conda-dependencies';
export { type DataSources } from './data-sources';
export { DEFAULT_CONDA_FILE, DEFAULT_SPARK_FILE } from './dependency-file';
export { COMMAND_LINE, type Finding, hasErrors, type Position, type Severity } from './finding';
export { formatFinding } from './format-finding';
export { DEFAULT_FRAMEWORK, type Framework } from './framework';
export { passwordReferenceText, PlainTextPassword, type Password, type SecretReference } from './password';
export { parsePipLine, pathCandidates, type PipLine } from './pip-line';
export { type CondaTemplate, projectTemplateFiles, projectTemplates } from './project-templates';
export { type AmlConfig, type DependencyFile, readAmlConfig, referencedPaths } from './read-aml-config';
export { type Resolution, type ResolvedRun, resolveRun, type RunOverrides } from './resolve-run';
export { normalizeTargetName, type RunConfiguration } from './run-configuration';
export { normalizeRunConfigurationName } from './run-configuration-name';
export { findSecretArguments, looksSecret, secretReason, type SecretArgument } from './secrets-look';
export { type SourceFile } from './source-text';
export { type SparkDependencies, type SparkPackage, sparkPackageText } from './spark-dependencies';
export { closest, didYouMean } from './suggest';
export { type TargetType } from './target-type';
export {
  computeFileText,
  type ComputeFileInput,
  runConfigurationFileText,
  type RunConfigurationFileInput,
} from './templates';
export { writeValues, writeValuesInFile } from './write-values';
export { type PlainValue } from './yaml-node';
