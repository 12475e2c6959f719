import { DEFAULT_EXECUTOR_SETTINGS, ExecutionWorker } from '@aml/executor';
import type { TargetKind } from '@aml/run-model';
import type { Logger } from '@aml/service-kit';
import type { TargetDriver } from '@aml/targets';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { DispatcherSettings } from '../settings';
import type { HistoryReporter } from './history-reporter';
import type { LeasedWorkSource } from './leased-work-source';

/** The executor of this process: takes leases and drives runs through their targets. */
export function executionWorker(
  source: LeasedWorkSource,
  reporter: HistoryReporter,
  drivers: ReadonlyMap<TargetKind, TargetDriver>,
  settings: DispatcherSettings,
  log: Logger,
): ExecutionWorker {
  return new ExecutionWorker({
    source,
    reporter,
    drivers,
    owner: `${hostname()}:${process.pid}:${randomUUID()}`,
    concurrency: 500,
    settings: { ...DEFAULT_EXECUTOR_SETTINGS, patienceMs: settings.AML_TARGET_PATIENCE_SECONDS * 1000 },
    onError: (error, runId) =>
      log.error({ runId, error: error.toData(), stack: error.stack }, 'a run could not be executed'),
    onEnd: (runId, end) => log.info({ runId, end }, 'a run was left'),
  });
}
