import { runFinishedV1, runRequestedV1 } from '@aml/contracts';
import { Subscription, type SubscriptionSettings, type Transactions } from '@aml/messaging';
import { secretReferencesOf } from '@aml/targets';
import { secretIdOf } from './secret-reference';

/** Runs that are over are forgotten after this time. */
const KEEP_DAYS = 7;

/** Knows which runs go on, and which secrets each refers to: only those are opened, and only meanwhile. */
export function knownRunsConsumer(transactions: Transactions, settings: SubscriptionSettings): Subscription {
  return new Subscription(transactions, settings)
    .on(runRequestedV1, async ({ specification }, unit) => {
      const ids = secretReferencesOf(specification).map(secretIdOf);
      await unit.manager.query(
        'INSERT INTO known_run (run_id, secret_ids) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [specification.runId, ids],
      );
    })
    .on(runFinishedV1, async ({ runId }, unit) => {
      await unit.manager.query('UPDATE known_run SET over_at = now() WHERE run_id = $1', [runId]);
      await unit.manager.query('DELETE FROM known_run WHERE over_at < now() - make_interval(days => $1)', [
        KEEP_DAYS,
      ]);
    });
}
