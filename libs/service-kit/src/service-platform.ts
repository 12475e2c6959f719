import type { ServiceClients } from '@aml/api-client';
import type { BlobStore } from '@aml/blob-store';
import type { EventLog } from '@aml/messaging';
import type { Logger } from 'pino';

/** What a service runs on; made by `main.ts` (one service) or by standalone (all five), which alone know which way is running. */
export interface ServicePlatform {
  readonly version: string;
  readonly databaseUrl: string;
  readonly events: EventLog;
  readonly blobs: BlobStore;
  /** The other services, with this installation's own identity; for bytes and the resolution of secrets only. */
  readonly services: ServiceClients;
  readonly log: Logger;
}

/** Nest's token for the platform. */
export const SERVICE_PLATFORM = Symbol('ServicePlatform');
