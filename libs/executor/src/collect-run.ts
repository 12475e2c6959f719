import { toAppError } from '@aml/errors';
import type { OutputFile, RunHandle } from '@aml/targets';
import type { Readable } from 'node:stream';
import type { Execution } from './execution';

/** Stores the files of a run that its record does not have yet; what is refused or cannot be read becomes a warning. */
export async function collectRun(execution: Execution, handle: RunHandle): Promise<void> {
  const { driver, calls, lease, positions, settings, warnings } = execution;
  let files: readonly OutputFile[];
  try {
    const collected = await calls.insist('collect outputs', (context) => driver.collect(handle, context), {
      deadlineMs: settings.longCallDeadlineMs,
    });
    files = collected.files;
    warnings.push(...collected.refused.map((refused) => `not collected: ${refused}`));
  } catch (error) {
    lease.signal.throwIfAborted();
    warnings.push(`outputs could not be collected: ${toAppError(error).message}`);
    return;
  }
  const waiting = files.filter((file) => !positions.artifacts.has(file.path)).values();
  const lane = async (): Promise<void> => {
    for (const file of waiting) await storeFile(execution, file);
  };
  await Promise.all(Array.from({ length: settings.artifactsAtOnce }, lane));
}

async function storeFile({ reports, lease, warnings }: Execution, file: OutputFile): Promise<void> {
  let unreadable: unknown;
  const open = async (): Promise<Readable> => {
    try {
      return await file.open();
    } catch (error) {
      unreadable = error;
      throw error;
    }
  };
  try {
    await reports.persist(
      ({ reporter, runId, fence }) => reporter.storeArtifact(runId, fence, file.path, file.size, open),
      (error) => unreadable !== undefined || (error.blame === 'user' && !error.retryable),
    );
  } catch (error) {
    lease.signal.throwIfAborted();
    warnings.push(`not collected: ${file.path}: ${toAppError(unreadable ?? error).message}`);
  }
}
