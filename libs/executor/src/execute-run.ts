import { toAppError } from '@aml/errors';
import { secretReferencesOf, type TargetDriver } from '@aml/targets';
import { systemClock, type Clock } from './clock';
import { ControlLog } from './control-log';
import type { Execution } from './execution';
import { DEFAULT_EXECUTOR_SETTINGS, type ExecutorSettings } from './executor-settings';
import type { RunReporter, RunWork, WorkSource } from './executor-ports';
import { finishLaunched, finishUnstarted } from './finish-run';
import { launchRun } from './launch-run';
import { ExecutionAbandoned, LeaseKeeper } from './lease-keeper';
import { createMasker, type Masker } from './masker';
import { RunReports } from './run-reports';
import { TargetCalls } from './target-calls';

export interface ExecuteRunDependencies {
  readonly source: WorkSource;
  readonly reporter: RunReporter;
  /** Of the kind of the run's target. */
  readonly driver: TargetDriver;
  /** Gets the values of the run's own secrets; default: `createMasker`, which looks for those and no others. */
  readonly masker?: (values: readonly string[]) => Masker;
  /** Default: `DEFAULT_EXECUTOR_SETTINGS`. */
  readonly settings?: Partial<ExecutorSettings>;
  readonly clock?: Clock;
  /** Aborted: leave the run as it is, for another execution to take over. */
  readonly signal?: AbortSignal;
}

/** `finished`: the end of the run was reported. Else the run goes on, and whoever has its lease follows it. */
export type ExecutionEnd = 'finished' | ExecutionAbandoned['why'];

/**
 * Takes one leased run from where it is to its end: stage, launch, follow, collect, seal, finish. A run that somebody
 * else had launched is taken over. Failures of the target and of the record are waited out; nothing is reported as
 * failed or canceled without evidence.
 */
export async function executeRun(work: RunWork, dependencies: ExecuteRunDependencies): Promise<ExecutionEnd> {
  const { source, clock = systemClock } = dependencies;
  const settings = { ...DEFAULT_EXECUTOR_SETTINGS, ...dependencies.settings };
  const stop = dependencies.signal ?? new AbortController().signal;
  const lease = new LeaseKeeper(source, work, clock, settings.renewEveryMs, stop);
  try {
    await runPhases(work, { ...dependencies, clock, settings }, lease);
    return 'finished';
  } catch (error) {
    const reason: unknown = lease.signal.reason;
    if (reason instanceof ExecutionAbandoned) return reason.why;
    throw error;
  } finally {
    await lease.close();
  }
}

type Complete = ExecuteRunDependencies & { readonly clock: Clock; readonly settings: ExecutorSettings };

async function runPhases(work: RunWork, dependencies: Complete, lease: LeaseKeeper): Promise<void> {
  const { driver, source, reporter, clock, settings } = dependencies;
  const reports = new RunReports({ work, source, reporter, lease, clock, settings });
  const [{ secrets, failure }, positions] = await Promise.all([
    resolveSecrets(work, reports),
    reports.persist((port) => port.reporter.positions(port.runId)),
  ]);
  const masker = (dependencies.masker ?? createMasker)(Object.values(secrets));
  const control = new ControlLog(reports, masker, clock, positions.control);
  const execution: Execution = {
    work,
    driver,
    reports,
    control,
    lease,
    masker,
    secrets,
    positions,
    settings,
    clock,
    calls: new TargetCalls(reports, control, lease, clock, settings),
    warnings: [],
  };
  if (failure && !work.handle) {
    return finishUnstarted(execution, { kind: 'failed', handle: null, error: failure });
  }
  if (failure) execution.warnings.push(`secret values could not be masked: ${failure.message}`);
  const beginning = await launchRun(execution);
  if (beginning.kind === 'launched') await finishLaunched(execution, beginning.handle);
  else await finishUnstarted(execution, beginning);
}

async function resolveSecrets(
  work: RunWork,
  reports: RunReports,
): Promise<{ secrets: Record<string, string>; failure?: ReturnType<typeof toAppError> }> {
  const references = secretReferencesOf(work.specification);
  if (references.length === 0) return { secrets: {} };
  try {
    const secrets = await reports.persist(
      ({ source, runId, fence }) => source.resolveSecrets(references, runId, fence),
      (error) => !error.retryable,
    );
    return { secrets };
  } catch (error) {
    if (error instanceof ExecutionAbandoned) throw error;
    return { secrets: {}, failure: toAppError(error) };
  }
}
