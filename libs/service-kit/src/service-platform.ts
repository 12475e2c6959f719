import type { ServiceClients } from '@aml/api-client';
import type { BlobStore } from '@aml/blob-store';
import type { EventLog, SubscriptionSettings } from '@aml/messaging';
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
  /** How this installation's subscriptions read, and where they tell their problems. */
  readonly subscription: (service: string) => SubscriptionSettings;
}

/** Nest's token for the platform. */
export const SERVICE_PLATFORM = Symbol('ServicePlatform');

/** A service that does things by itself, beside answering: reads events, looks for work. */
export interface WorkingService {
  /** To be called once its routes and those of the other services are served. */
  begin(): Promise<void>;
  /** To be called before they are not served any more: finishes what is in hand. */
  end(): Promise<void>;
}
