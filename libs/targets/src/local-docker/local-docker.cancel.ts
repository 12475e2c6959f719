import { cancelContainer } from '../shared/cancel-container';
import type { ContainerParts } from '../shared/container-parts';
import type { CancelProgress, DriverContext, RunHandle } from '../target-driver';

export function cancelLocalDocker(
  parts: ContainerParts,
  handle: RunHandle,
  context: DriverContext,
): Promise<CancelProgress> {
  return cancelContainer(parts, handle, context);
}
