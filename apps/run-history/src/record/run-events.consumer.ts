import {
  environmentBuildingV1,
  environmentFailedV1,
  environmentReadyV1,
  runFinishedV1,
  runRequestedV1,
  runStateChangedV1,
} from '@aml/contracts';
import { Subscription, type SubscriptionSettings, type Transactions } from '@aml/messaging';
import type { BuildLogCopier } from '../logs/build-log.copier';
import { recordEnvironment, recordFinish, recordRequest, recordState } from './record-run';
import type { RunSignals } from './run-signals';

/** Feeds the record from the events of runs and of their environments. */
export function runEventsConsumer(
  transactions: Transactions,
  signals: RunSignals,
  copier: BuildLogCopier,
  settings: SubscriptionSettings,
): Subscription {
  return new Subscription(transactions, settings)
    .on(runRequestedV1, async (data, unit) => {
      await recordRequest(unit.manager, data.specification);
      unit.afterCommit.push(() => signals.changed(data.specification.runId));
    })
    .on(runStateChangedV1, async (data, unit) => {
      await recordState(unit.manager, data);
      unit.afterCommit.push(() => signals.changed(data.runId));
    })
    .on(runFinishedV1, async (data, unit) => {
      await recordFinish(unit.manager, data);
      unit.afterCommit.push(() => signals.changed(data.runId));
    })
    .on(environmentBuildingV1, async (data, unit) => {
      if (data.runId === null) return;
      await copier.plan(unit.manager, data.runId, data.buildId);
      unit.afterCommit.push(() => {
        copier.wake();
        if (data.runId !== null) signals.changed(data.runId);
      });
    })
    .on(environmentReadyV1, async (data, unit) => {
      if (data.runId === null) return;
      const { identity, image, buildId, reused, lock } = data;
      await recordEnvironment(
        unit.manager,
        data.runId,
        { identity, image, buildId, reused, lock },
        data.warnings,
      );
    })
    .on(environmentFailedV1, async (data, unit) => {
      if (data.runId === null || data.identity === null) return;
      const { identity, buildId } = data;
      const environment = { identity, buildId, image: null, reused: false, lock: null };
      await recordEnvironment(unit.manager, data.runId, environment, []);
    });
}
