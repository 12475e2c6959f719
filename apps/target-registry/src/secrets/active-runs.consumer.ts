import { runFinishedV1, runRequestedV1 } from '@aml/contracts';
import { Subscription, type SubscriptionSettings, type Transactions } from '@aml/messaging';

/** Knows which runs go on: only for them are secrets opened. */
export function activeRunsConsumer(transactions: Transactions, settings: SubscriptionSettings): Subscription {
  return new Subscription(transactions, settings)
    .on(runRequestedV1, async ({ specification }, unit) => {
      await unit.manager.query('INSERT INTO active_run (run_id) VALUES ($1) ON CONFLICT DO NOTHING', [
        specification.runId,
      ]);
    })
    .on(runFinishedV1, async ({ runId }, unit) => {
      await unit.manager.query('DELETE FROM active_run WHERE run_id = $1', [runId]);
    });
}
