import { configServiceApi } from './config-service.api';
import { dispatcherApi } from './dispatcher.api';
import type { ServiceApi } from './endpoint';
import { environmentBuilderApi } from './environment-builder.api';
import { runHistoryApi } from './run-history.api';
import { targetRegistryApi } from './target-registry.api';

/** The HTTP APIs of all services. */
export const SERVICE_APIS: readonly ServiceApi[] = [
  configServiceApi,
  dispatcherApi,
  environmentBuilderApi,
  runHistoryApi,
  targetRegistryApi,
];
