import type { ContainerParts } from '../shared/container-parts';
import { observeContainer } from '../shared/observe-container';
import type { DriverContext, Observation, RunHandle } from '../target-driver';

export function observeLocalDocker(
  parts: ContainerParts,
  handle: RunHandle,
  context: DriverContext,
): Promise<Observation> {
  return observeContainer(parts, handle, context);
}
