export {
  ClientContext,
  ComputeTargetSettings,
  EnvironmentInputs,
  ErrorBody,
  RunSpecification,
  SparkSettings,
  TextMap,
} from './run-specification';
export { EVENT_CATALOGUE } from './events/catalogue';
export { defineEvent, EventEnvelopeSchema, TOPICS } from './events/event-envelope';
export type { EventData, EventDefinition, EventEnvelope, Topic } from './events/event-envelope';
export { assetPromotedV1 } from './events/asset-promoted.v1';
export { environmentBuildingV1 } from './events/environment-building.v1';
export { environmentFailedV1 } from './events/environment-failed.v1';
export { environmentPrunedV1 } from './events/environment-pruned.v1';
export { EnvironmentLock, environmentReadyV1 } from './events/environment-ready.v1';
export { environmentRequestedV1 } from './events/environment-requested.v1';
export { projectCreatedV1 } from './events/project-created.v1';
export { runFinishedV1 } from './events/run-finished.v1';
export { runRequestedV1 } from './events/run-requested.v1';
export { runStateChangedV1, StateEvidence } from './events/run-state-changed.v1';
export { targetCheckedV1 } from './events/target-checked.v1';
export { defineApi } from './http/endpoint';
export type { Endpoint, InputOf, ResultOf, ServiceApi, StreamBody } from './http/endpoint';
export {
  configServiceApi,
  FileChange,
  ProjectBody,
  RunPlanBody,
  SnapshotEntry,
  SnapshotSummary,
  SubmitBody,
} from './http/config-service.api';
export { DispatchBody, dispatcherApi } from './http/dispatcher.api';
export {
  EnvironmentBody,
  environmentBuilderApi,
  EnvironmentPlanBody,
  EnvironmentRequestBody,
} from './http/environment-builder.api';
export { FindingBody, ProblemBody } from './http/problem';
export { runHistoryApi } from './http/run-history.api';
export {
  ArtifactBody,
  AssetBody,
  FollowLine,
  LogSummary,
  MetricPoint,
  RunDetailsBody,
  RunRecordBody,
} from './http/run-record';
export { CheckBody, SecretBody, targetRegistryApi } from './http/target-registry.api';
export { SERVICE_APIS } from './http/service-apis';
