import type { DriverContext, RunHandle, TargetDriver } from '../target-driver';
import { cleanRunFolder, runActive } from './clean-run-folder';
import type { ContainerParts } from './container-parts';
import { runLabels } from './container-paths';
import { hasStopped } from './container-stop';
import { inspectContainer, isAlive } from './observe-container';
import { runFolderOf } from './run-folder';

/** Between the supervisor's last act and the end of its container. */
const ENDING_MS = 10_000;

/** Removes a container that has ended; what the engine knew of it stays in the control folder. */
export async function retireContainer(
  parts: ContainerParts,
  handle: RunHandle,
  context: DriverContext,
): Promise<boolean> {
  const call = { signal: context.signal };
  const folder = runFolderOf(handle);
  const ending = (await parts.host.stat(folder.exit)) !== undefined;
  if (ending) await hasStopped(parts, handle, ENDING_MS, context);
  const container = await parts.engine.containers.inspect(handle.containerName ?? '', call);
  if (!container || isAlive(container) || container.labels[runLabels.run] !== handle.runId) return false;
  if (await parts.host.stat(folder.control)) {
    await parts.host.writeFile(`${folder.control}/container.json`, JSON.stringify(container, null, 2));
  }
  return parts.engine.containers.remove(container.id, call);
}

export async function cleanContainer(
  parts: ContainerParts,
  handle: RunHandle,
  context: DriverContext,
): ReturnType<TargetDriver['clean']> {
  const retired = await retireContainer(parts, handle, context);
  const left = await inspectContainer(parts, handle, context);
  if (left && isAlive(left)) throw runActive(handle);
  const bytes = await cleanRunFolder(parts.host, handle);
  return {
    removed: [
      ...(retired ? [`container ${handle.containerName ?? ''}`] : []),
      ...(bytes === null ? [] : [handle.runFolder]),
    ],
    bytes,
  };
}
