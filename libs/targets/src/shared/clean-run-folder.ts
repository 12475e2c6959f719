import { AppError } from '@aml/errors';
import type { RunHandle } from '../target-driver';
import type { Host } from './host';

/** Removes the folder of this run and nothing else. @returns bytes of the files that were in it, null where there was none. */
export async function cleanRunFolder(host: Host, handle: RunHandle): Promise<number | null> {
  if (!handle.runFolder.endsWith(`/runs/${handle.runId}`)) {
    throw new AppError({
      code: 'clean-refused',
      message: `"${handle.runFolder}" is not the folder of the run ${handle.runId}`,
    });
  }
  if (!(await host.stat(handle.runFolder))) return null;
  let bytes = 0;
  try {
    for await (const entry of host.walk(handle.runFolder)) if (entry.type === 'file') bytes += entry.size;
  } catch {
    // A folder that cannot be read is removed all the same; then the sum is of what could be seen.
  }
  await host.remove(handle.runFolder);
  return bytes;
}

/** What is under way is not cleaned. */
export function runActive(handle: RunHandle): AppError {
  return new AppError({
    code: 'run-active',
    message: `the run ${handle.runId} is under way, so its folder cannot be removed`,
    hint: `Cancel it first: aml experiment cancel -r ${handle.runId}`,
    blame: 'user',
  });
}
