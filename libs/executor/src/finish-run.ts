import { toErrorData } from '@aml/errors';
import type { RunHandle } from '@aml/targets';
import { collectRun } from './collect-run';
import type { Execution } from './execution';
import type { RunOutcome } from './executor-ports';
import { followRun, RunPumps } from './follow-run';
import type { Beginning } from './launch-run';
import { outcomeOf } from './outcome-of';
import { PatienceExceeded } from './target-calls';

const STDERR_END = 4096;

/** A run whose script was never started: its empty logs are sealed, then its end is reported. */
export async function finishUnstarted(
  execution: Execution,
  beginning: Exclude<Beginning, { kind: 'launched' }>,
): Promise<void> {
  const { positions, warnings } = execution;
  const why = { evidence: 'never-started' };
  const common = { exit: null, warnings };
  const outcome: RunOutcome =
    beginning.kind === 'canceled'
      ? { ...common, status: 'Canceled', error: null, why: { ...why, reason: beginning.evidence } }
      : {
          ...common,
          status: 'Failed',
          error: toErrorData(beginning.error),
          why: { ...why, reason: beginning.error.message },
        };
  for (const stream of ['stdout', 'stderr'] as const) {
    await execution.reports.persist(({ reporter, runId, fence }) =>
      reporter.sealLog(runId, fence, stream, positions[stream]),
    );
  }
  await report(execution, outcome);
}

/** Follows a launched run to its end, completes its record, and reports the end when everything before it is safe. */
export async function finishLaunched(execution: Execution, handle: RunHandle): Promise<void> {
  const { reports, work, warnings, lease } = execution;
  const pumps = new RunPumps(execution, handle);
  let outcome: RunOutcome;
  try {
    const { seen, cancel } = await followRun(execution, handle, pumps);
    if (!seen.exit) throw new Error('a run was said to have ended without an exit record');
    reports.changeState('Finalizing', { reason: 'the script has ended', details: { seen: seen.evidence } });
    const stored = work.specification.tracked ? collectRun(execution, handle) : undefined;
    await Promise.all([pumps.finish(seen.sizes), stored]);
    outcome = outcomeOf(
      {
        exit: seen.exit,
        evidence: seen.evidence,
        cancelRequested: lease.cancelSignal.aborted,
        cancel,
        stderrEnd: await endOfStderr(execution, handle, seen.exit.exitCode, seen.sizes.stderr),
        timeLimitSeconds: work.specification.timeLimitSeconds,
      },
      warnings,
    );
  } catch (error) {
    if (!(error instanceof PatienceExceeded)) throw error;
    outcome = outOfPatience(error, pumps, warnings);
  }
  await Promise.all([pumps.stdout.seal(), pumps.stderr.seal()]);
  await report(execution, outcome);
  await retire(execution, handle);
}

async function report(execution: Execution, outcome: RunOutcome): Promise<void> {
  const { reports, control, masker, clock } = execution;
  control.note(`${outcome.status}: ${outcome.why.reason}`);
  outcome.warnings.forEach((warning) => control.note(`warning: ${warning}`));
  await reports.settled();
  await control.seal();
  await reports.persist(({ reporter, runId, fence }) =>
    reporter.finish(runId, fence, {
      ...outcome,
      why: {
        ...outcome.why,
        reason: masker.text(outcome.why.reason),
        lastSeen: outcome.why.lastSeen ?? new Date(clock.now()).toISOString(),
      },
      error: outcome.error && { ...outcome.error, message: masker.text(outcome.error.message) },
      warnings: outcome.warnings.map((warning) => masker.text(warning)),
    }),
  );
}

/** A full disk is known only from what the script said about it. */
async function endOfStderr(
  { calls, driver, lease }: Execution,
  handle: RunHandle,
  exitCode: number | null,
  size: number,
): Promise<string> {
  if (exitCode === 0 || size === 0) return '';
  const start = Math.max(0, size - STDERR_END);
  try {
    const read = (context: Parameters<typeof driver.observe>[1]): Promise<Buffer> =>
      driver.read(handle, 'stderr', start, STDERR_END, context);
    return (await calls.ask('read the end of stderr', read)).toString();
  } catch {
    lease.signal.throwIfAborted();
    return '';
  }
}

function outOfPatience(error: PatienceExceeded, pumps: RunPumps, warnings: readonly string[]): RunOutcome {
  const { offset } = pumps.stdout;
  return {
    status: 'Failed',
    exit: null,
    error: toErrorData(error),
    why: {
      reason: error.message,
      evidence: 'unreachable',
      lastSeen: new Date(error.lastSeen).toISOString(),
    },
    warnings: [
      ...warnings,
      'not known: whether the script still runs, and how it ended',
      `not known: what it wrote after byte ${offset} of stdout and byte ${pumps.stderr.offset} of stderr`,
    ],
  };
}

/** What the record does not need any more is given back; where that fails, `clean` does it later. */
async function retire({ driver, calls, lease }: Execution, handle: RunHandle): Promise<void> {
  if (!driver.retire) return;
  try {
    await calls.ask('give back what the run used', async (context) => driver.retire?.(handle, context));
  } catch {
    lease.signal.throwIfAborted();
  }
}
