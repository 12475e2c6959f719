import { toAppError } from '@aml/errors';
import type { SubscriptionSettings } from '@aml/messaging';
import type { Logger } from 'pino';
import type { ServiceMetrics } from './service-metrics';

/** How a service says that an event cannot be handled: in its log, and counted. */
export function eventProblems(service: string, log: Logger, metrics: ServiceMetrics): SubscriptionSettings {
  return {
    onProblem: ({ message, eventId, error }) => {
      metrics.eventProblems.inc({ service });
      const known = toAppError(error);
      log.error({ service, eventId, error: known.toData(), stack: known.stack }, message);
    },
  };
}
