import { environmentFailedV1, environmentReadyV1, runRequestedV1 } from '@aml/contracts';
import { Subscription, type SubscriptionSettings, type Transactions } from '@aml/messaging';
import type { LeaseSignals } from '../execute/lease-signals';
import { environmentFailed, environmentReady } from './environment-answer';
import { queueRun } from './queue-run';

/** Takes runs in, and the answers about their environments. */
export function runRequestedConsumer(
  transactions: Transactions,
  signals: LeaseSignals,
  places: number,
  settings: SubscriptionSettings,
): Subscription {
  return new Subscription(transactions, settings)
    .on(runRequestedV1, async ({ specification }, unit) => {
      await queueRun(unit, specification, places);
      unit.afterCommit.push(() => signals.workArrived());
    })
    .on(environmentReadyV1, async (data, unit) => {
      if (data.runId === null) return;
      await environmentReady(unit, data, places);
      unit.afterCommit.push(() => signals.workArrived());
    })
    .on(environmentFailedV1, async (data, unit) => {
      if (data.runId !== null) await environmentFailed(unit, data);
    });
}
