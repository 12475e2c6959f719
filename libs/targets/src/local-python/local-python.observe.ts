import { observeSupervised } from '../shared/observe-supervised';
import type { SuperviseParts } from '../shared/supervise-parts';
import type { DriverContext, Observation, RunHandle } from '../target-driver';

export function observeLocalPython(
  parts: SuperviseParts,
  handle: RunHandle,
  context: DriverContext,
): Promise<Observation> {
  return observeSupervised(parts.host, handle, context);
}
