import { setTimeout as delay } from 'node:timers/promises';
import type { DriverContext, RunHandle } from '../target-driver';
import type { ContainerParts } from './container-parts';
import { inspectContainer, isAlive } from './observe-container';

const LOOK_EVERY_MS = 25;

/** Waits for the end of a container. False where the time is over first. */
export async function hasStopped(
  parts: ContainerParts,
  handle: RunHandle,
  milliseconds: number,
  context: DriverContext,
): Promise<boolean> {
  for (const end = performance.now() + milliseconds; ;) {
    const container = await inspectContainer(parts, handle, context);
    if (!container || !isAlive(container)) return true;
    if (performance.now() >= end) return false;
    await delay(LOOK_EVERY_MS, undefined, { signal: context.signal });
  }
}
