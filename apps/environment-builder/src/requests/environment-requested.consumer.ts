import { environmentRequestedV1, runFinishedV1 } from '@aml/contracts';
import { Subscription, type SubscriptionSettings, type Transactions } from '@aml/messaging';
import type { RequestStore } from './request-store';
import type { RequestWorker } from './request.worker';

/** Takes requests in; the worker decides them. A run that is over needs its environment no more. */
export function environmentRequestedConsumer(
  transactions: Transactions,
  requests: RequestStore,
  worker: RequestWorker,
  settings: SubscriptionSettings,
): Subscription {
  return new Subscription(transactions, settings)
    .on(environmentRequestedV1, async (data, unit) => {
      await requests.add(unit.manager, data);
      unit.afterCommit.push(() => worker.wake());
    })
    .on(runFinishedV1, async ({ runId }, unit) => {
      // Not a removal of its use: the answer that notes the use may be on its way.
      await unit.manager.query('INSERT INTO run_over (run_id) VALUES ($1) ON CONFLICT DO NOTHING', [runId]);
    });
}
