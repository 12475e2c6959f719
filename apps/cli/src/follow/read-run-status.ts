import { unwrap, type DispatcherComponents, type ServiceClients } from '@aml/api-client';

export type RunStatus = DispatcherComponents['schemas']['Dispatch'];

/** Where a run stands, from the service that decides it. @throws ServiceError where there is no such run. */
export async function readRunStatus(clients: ServiceClients, runId: string): Promise<RunStatus> {
  return unwrap(clients.dispatcher.GET('/runs/{runId}', { params: { path: { runId } } }));
}
