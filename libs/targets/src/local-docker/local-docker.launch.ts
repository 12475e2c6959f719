import type { ContainerParts } from '../shared/container-parts';
import { launchContainer, stageContainer } from '../shared/launch-container';
import type { DriverContext, LaunchInput, RunHandle } from '../target-driver';

export function stageLocalDocker(
  parts: ContainerParts,
  handle: RunHandle,
  input: LaunchInput,
  context: DriverContext,
): Promise<void> {
  return stageContainer(parts, handle, input, context);
}

export function launchLocalDocker(
  parts: ContainerParts,
  handle: RunHandle,
  input: LaunchInput,
  context: DriverContext,
): Promise<RunHandle> {
  return launchContainer(parts, handle, input, context);
}
