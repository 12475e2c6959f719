import { collectOutputs, type CollectedOutputs } from '../shared/collect-outputs';
import type { ContainerParts } from '../shared/container-parts';
import { RUN_MOUNT } from '../shared/container-paths';
import { runFolderOf } from '../shared/run-folder';
import type { RunHandle } from '../target-driver';

export function collectLocalDocker(parts: ContainerParts, handle: RunHandle): Promise<CollectedOutputs> {
  return collectOutputs(parts.host, runFolderOf(handle), RUN_MOUNT);
}
