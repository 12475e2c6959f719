export { connectServices, POSITION_HEADER, ServiceError, unwrap } from './service-clients';
export type { ClientOptions, ServiceClients, ServiceFinding, ServiceName } from './service-clients';
export type { components as ConfigServiceComponents } from './generated/config-service';
export type { components as DispatcherComponents } from './generated/dispatcher';
export type { components as EnvironmentBuilderComponents } from './generated/environment-builder';
export type { components as RunHistoryComponents } from './generated/run-history';
export type { components as TargetRegistryComponents } from './generated/target-registry';
