import { cleanContainer } from '../shared/clean-container';
import type { ContainerParts } from '../shared/container-parts';
import type { DriverContext, RunHandle, TargetDriver } from '../target-driver';

export function cleanLocalDocker(
  parts: ContainerParts,
  handle: RunHandle,
  context: DriverContext,
): ReturnType<TargetDriver['clean']> {
  return cleanContainer(parts, handle, context);
}
