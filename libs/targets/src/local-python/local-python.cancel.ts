import { cancelSupervised } from '../shared/cancel-supervised';
import type { SuperviseParts } from '../shared/supervise-parts';
import type { CancelProgress, DriverContext, RunHandle } from '../target-driver';

export function cancelLocalPython(
  parts: SuperviseParts,
  handle: RunHandle,
  context: DriverContext,
): Promise<CancelProgress> {
  return cancelSupervised(parts.host, handle, context);
}
