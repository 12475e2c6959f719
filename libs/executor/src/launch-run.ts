import { AppError, toAppError } from '@aml/errors';
import type { LaunchInput, Observation, RunHandle } from '@aml/targets';
import type { Execution } from './execution';
import { PatienceExceeded } from './target-calls';

/** How the beginning of a run ended. */
export type Beginning =
  | { readonly kind: 'launched'; readonly handle: RunHandle }
  | { readonly kind: 'canceled'; readonly handle: RunHandle | null; readonly evidence: string }
  | { readonly kind: 'failed'; readonly handle: RunHandle | null; readonly error: AppError };

/** Brings a run to where its supervisor has it: stages and launches it, or finds that this was done before. */
export async function launchRun(execution: Execution): Promise<Beginning> {
  const { work, driver, calls, reports, lease, control } = execution;
  if (!work.handle && lease.cancelSignal.aborted) {
    return { kind: 'canceled', handle: null, evidence: 'it was canceled before anything was started' };
  }
  const handle = work.handle ?? driver.handleFor(work.specification);
  try {
    if (work.handle) {
      const seen = await look(execution, handle);
      control.note(`taking over a run that is ${seen.state}: ${seen.evidence}`);
      if (isUnderWay(seen)) return { kind: 'launched', handle };
      if (lease.cancelSignal.aborted) return await cancelUnlaunched(execution, handle);
    }
    reports.changeState('Starting', { reason: `starting on "${work.specification.target.name}"` });
    await saveHandle(execution, handle);
    const input = launchInput(execution);
    await stage(execution, handle, input);
    const launched = await calls.insist('start the run', (context) => driver.launch(handle, input, context), {
      deadlineMs: execution.settings.longCallDeadlineMs,
    });
    control.note('launched');
    await saveHandle(execution, launched);
    return { kind: 'launched', handle: launched };
  } catch (error) {
    lease.signal.throwIfAborted();
    if (error instanceof PatienceExceeded) return { kind: 'failed', handle, error };
    return afterFailure(execution, handle, toAppError(error));
  }
}

/** A launch that failed may have started something all the same: that is found out, and prevented. */
async function afterFailure(execution: Execution, handle: RunHandle, error: AppError): Promise<Beginning> {
  const { lease, control } = execution;
  const canceled = lease.cancelSignal.aborted;
  if (!canceled) control.note(`could not be started: ${error.message}`);
  try {
    if (isUnderWay(await look(execution, handle))) return { kind: 'launched', handle };
    const prevented = await cancelUnlaunched(execution, handle);
    if (canceled || prevented.kind === 'launched') return prevented;
  } catch (second) {
    lease.signal.throwIfAborted();
    control.note(`and what came of it cannot be seen: ${toAppError(second).message}`);
  }
  return { kind: 'failed', handle, error };
}

async function cancelUnlaunched(execution: Execution, handle: RunHandle): Promise<Beginning> {
  const { calls, driver, settings } = execution;
  const progress = await calls.insist('cancel the run', (context) => driver.cancel(handle, context), {
    deadlineMs: settings.longCallDeadlineMs,
  });
  // It got under way in the meantime: following it brings the end, and its proof.
  if (progress.phase !== 'verified-gone' || isUnderWay(await look(execution, handle))) {
    return { kind: 'launched', handle };
  }
  return { kind: 'canceled', handle, evidence: progress.evidence };
}

function look({ calls, driver }: Execution, handle: RunHandle): Promise<Observation> {
  return calls.insist('see whether the run was started', (context) => driver.observe(handle, context));
}

function isUnderWay(seen: Observation): boolean {
  return seen.state === 'running' || seen.state === 'ended' || seen.state === 'lost';
}

function saveHandle({ reports }: Execution, handle: RunHandle): Promise<void> {
  return reports.persist(({ source, runId, fence }) => source.saveHandle(runId, fence, handle));
}

async function stage(
  { calls, driver, settings, lease }: Execution,
  handle: RunHandle,
  input: LaunchInput,
): Promise<void> {
  await calls.insist(
    'prepare the run folder',
    async (context) => {
      let interrupted: unknown;
      const snapshot: LaunchInput['snapshot'] = {
        ...input.snapshot,
        openArchive: async (signal) => {
          const archive = await input.snapshot.openArchive(signal);
          return archive.once('error', (error) => (interrupted = error));
        },
      };
      try {
        await driver.stage(handle, { ...input, snapshot }, context);
      } catch (error) {
        if (interrupted === undefined || context.signal.aborted) throw error;
        throw snapshotInterrupted(interrupted);
      }
    },
    { deadlineMs: settings.longCallDeadlineMs, signal: lease.cancelSignal },
  );
}

function snapshotInterrupted(cause: unknown): AppError {
  return new AppError({
    code: 'snapshot-interrupted',
    message: 'the snapshot stopped coming before it was whole',
    retryable: true,
    cause,
  });
}

function launchInput({ work, reports, secrets }: Execution): LaunchInput {
  const { specification, image } = work;
  return {
    specification,
    image,
    secrets,
    snapshot: {
      ...specification.snapshot,
      openArchive: (signal) =>
        reports.persist(
          ({ source }) => source.openSnapshot(specification.snapshot.id, signal),
          (error) => !error.retryable || signal.aborted,
        ),
    },
  };
}
