import { environmentRequestedV1, runFinishedV1 } from '@aml/contracts';
import { Subscription, type SubscriptionSettings, type Transactions } from '@aml/messaging';
import type { BuildWorker } from '../build/build.worker';

/** Takes requests in; the worker answers them. A run that is over needs its environment no more. */
export function environmentRequestedConsumer(
  transactions: Transactions,
  worker: BuildWorker,
  settings: SubscriptionSettings,
): Subscription {
  return new Subscription(transactions, settings)
    .on(environmentRequestedV1, async (data, unit) => {
      await unit.manager.query(
        `INSERT INTO environment_request (request_id, run_id, engine, request, state) VALUES ($1, $2, $3, $4, 'waiting')`,
        [data.requestId, data.runId, data.engine, JSON.stringify(data)],
      );
      unit.afterCommit.push(() => worker.wake());
    })
    .on(runFinishedV1, async ({ runId }, unit) => {
      await unit.manager.query('DELETE FROM environment_use WHERE run_id = $1', [runId]);
    });
}
