import { cleanRunFolder, runActive } from '../shared/clean-run-folder';
import { observeSupervised } from '../shared/observe-supervised';
import type { SuperviseParts } from '../shared/supervise-parts';
import type { DriverContext, RunHandle, TargetDriver } from '../target-driver';

export async function cleanLocalPython(
  parts: SuperviseParts,
  handle: RunHandle,
  context: DriverContext,
): ReturnType<TargetDriver['clean']> {
  const { state } = await observeSupervised(parts.host, handle, context);
  if (state === 'running') throw runActive(handle);
  const bytes = await cleanRunFolder(parts.host, handle);
  return { removed: bytes === null ? [] : [handle.runFolder], bytes };
}
