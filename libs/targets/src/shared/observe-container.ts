import type { ContainerInfo } from '@aml/docker-client';
import { AppError } from '@aml/errors';
import type { DriverContext, ExitRecord, Observation, RunHandle } from '../target-driver';
import type { ContainerParts } from './container-parts';
import { isCancelWanted } from './control-files';
import {
  exitWithoutRecord,
  observeRunFolder,
  startProblemOf,
  type FolderObservation,
} from './observe-run-folder';
import { endedAs, notLaunched, runningAs, starting } from './observe-supervised';
import { runFolderOf, type RunFolder } from './run-folder';

const KILLED = 128 + 9;
const SAID_BY_CONTAINER = 1000;

/** A run whose supervisor is process 1 of a container: `exit.json` first, else what the engine knows of the container. */
export async function observeContainer(
  parts: ContainerParts,
  handle: RunHandle,
  context: DriverContext,
): Promise<Observation> {
  const folder = runFolderOf(handle);
  const seen = await observeRunFolder(parts.host, folder);
  if (seen.exit) return endedAs(seen, await withMemoryKill(parts, handle, seen.exit, context));
  const container = await inspectContainer(parts, handle, context);
  if (container?.status === 'created') return starting(seen);
  if (container && isAlive(container)) {
    return seen.started ? runningAs(seen, `container ${container.name} runs`) : starting(seen);
  }
  const last = await observeRunFolder(parts.host, folder); // its last act may have been between the two looks
  if (last.exit) return endedAs(last, await withMemoryKill(parts, handle, last.exit, context));
  if (container) {
    const exit = await exitOfContainer(parts, folder, last, container, context);
    return endedAs(last, exit, `container ${container.name} says`);
  }
  if (!handle.launched && !last.started) return notLaunched(last);
  const message = `The container ${handle.containerName ?? ''} is gone; how the run ended is not known.`;
  return endedAs(last, exitWithoutRecord('lost', message, { startedAt: last.started?.startedAt ?? null }));
}

/** What stands in for `exit.json` where the container ended without one. */
async function exitOfContainer(
  parts: ContainerParts,
  folder: RunFolder,
  seen: FolderObservation,
  container: ContainerInfo,
  context: DriverContext,
): Promise<ExitRecord> {
  const times = {
    startedAt: seen.started?.startedAt ?? container.startedAt?.toISOString() ?? null,
    endedAt: container.finishedAt?.toISOString() ?? null,
  };
  const code = container.exitCode ?? null;
  const problem = await startProblemOf(parts.host, folder);
  if (problem !== undefined) return exitWithoutRecord('startFailed', problem, times);
  if (container.oomKilled) return exitWithoutRecord('outOfMemory', outOfMemory(container), times);
  if (await isCancelWanted(parts.host, folder)) {
    return exitWithoutRecord('canceled', `The container was ended (exit code ${code ?? '?'}).`, times);
  }
  if (!seen.started) {
    const said = container.error ?? (await saidBy(parts, container, context));
    const message = `The container ended with exit code ${code ?? '?'} before the script was started${said && `: ${said}`}`;
    return exitWithoutRecord('startFailed', message, { ...times, startedAt: null });
  }
  const how = code === KILLED ? 'was killed from outside' : `ended with exit code ${code ?? '?'}`;
  return exitWithoutRecord('lost', `The container ${how} and left no record of the script's end.`, times);
}

/** A kill of the kernel for want of memory is known to the engine only. */
async function withMemoryKill(
  parts: ContainerParts,
  handle: RunHandle,
  exit: ExitRecord,
  context: DriverContext,
): Promise<ExitRecord> {
  if (exit.reason !== 'exited' || exit.exitCode === 0) return exit;
  const container = await parts.engine.containers
    .inspect(handle.containerName ?? '', { signal: context.signal })
    .catch(() => undefined);
  if (!container?.oomKilled) return exit;
  const killed = exit.signal === 'SIGKILL' || exit.exitCode === KILLED;
  const message = outOfMemory(container);
  return killed ? { ...exit, reason: 'outOfMemory', message } : { ...exit, message: exit.message ?? message };
}

function outOfMemory(container: ContainerInfo): string {
  const limit = container.memoryBytes;
  return limit === undefined
    ? 'The kernel killed a process of the container because the machine was out of memory.'
    : `The kernel killed a process of the container for its memory limit of ${inWords(limit)}.`;
}

function inWords(bytes: number): string {
  const [size, unit] = bytes >= 1024 ** 3 ? [1024 ** 3, 'GiB'] : [1024 ** 2, 'MiB'];
  return `${Number((bytes / size).toFixed(1))} ${unit}`;
}

export function isAlive(container: ContainerInfo): boolean {
  return container.running || container.status === 'paused' || container.status === 'restarting';
}

/** The engine may have been stopped or removed with the container running: that says nothing about the run. */
export async function inspectContainer(
  { engine }: ContainerParts,
  handle: RunHandle,
  context: DriverContext,
): Promise<ContainerInfo | undefined> {
  try {
    return await engine.containers.inspect(handle.containerName ?? '', { signal: context.signal });
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable || error.blame !== 'target') throw error;
    throw AppError.fromData({ ...error.toData(), retryable: true });
  }
}

async function saidBy(
  { engine }: ContainerParts,
  container: ContainerInfo,
  context: DriverContext,
): Promise<string> {
  try {
    let text = '';
    for await (const chunk of engine.containers.logs(container.id, { signal: context.signal })) {
      text += Buffer.from(chunk.bytes).toString();
      if (text.length > SAID_BY_CONTAINER) break;
    }
    return text.trim().slice(0, SAID_BY_CONTAINER);
  } catch {
    return '';
  }
}
