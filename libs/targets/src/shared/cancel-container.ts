import type { CancelProgress, DriverContext, RunHandle } from '../target-driver';
import { neverStarted, requestCancel, waitForExit } from './cancel-supervised';
import type { ContainerParts } from './container-parts';
import { readControlFile, StagedFile } from './control-files';
import { inspectContainer, isAlive, observeContainer } from './observe-container';
import { hasStopped } from './container-stop';
import { runFolderOf } from './run-folder';

/** How long the supervisor repeats its kill before it gives up, and some time to write that down. */
const KILL_MS = 12_000;
const STOP_MS = 10_000;

/**
 * Leaves the wish in the run folder, wakes the supervisor, and kills the container where that does not end it. What ended
 * with a container is gone: nothing leaves its process namespace.
 */
export async function cancelContainer(
  parts: ContainerParts,
  handle: RunHandle,
  context: DriverContext,
): Promise<CancelProgress> {
  const { host, engine } = parts;
  const folder = runFolderOf(handle);
  const name = handle.containerName ?? '';
  await requestCancel(host, folder);
  const container = await inspectContainer(parts, handle, context);
  if (container?.status === 'created') await engine.containers.remove(name, { signal: context.signal });
  if (container && isAlive(container)) {
    await engine.containers.signal(name, 'SIGTERM', { signal: context.signal });
    const staged = await readControlFile(host, folder.staged, StagedFile);
    await waitForExit(host, folder, (staged?.graceSeconds ?? 10) * 1000 + KILL_MS, context);
    if (!(await hasStopped(parts, handle, STOP_MS, context))) {
      context.note(`the container ${name} does not end by itself and is killed`);
      await engine.containers.signal(name, 'SIGKILL', { signal: context.signal });
      if (!(await hasStopped(parts, handle, STOP_MS, context))) {
        return {
          phase: 'killed',
          evidence: 'the engine says that it still runs',
          survivors: [`container ${name}`],
        };
      }
    }
  }
  const seen = await observeContainer(parts, handle, context);
  if (seen.state === 'not-launched') return neverStarted();
  return {
    phase: 'verified-gone',
    evidence: `${seen.evidence}; the container does not run`,
    survivors: [],
  };
}
