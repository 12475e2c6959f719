import type { DriverContext, Observation } from '../target-driver';
import { spoolSizes } from './read-spool';
import type { Host } from './host';
import type { RunFolder } from './run-folder';

/** How often the files are looked at: a safety net where the machine tells about changes, the only way where it does not. */
const POLL_WITH_WATCH_MS = 250;
const POLL_MS = 20;

/** Resolves when a spool file is longer than was seen or the run has ended, at the latest after `milliseconds`. */
export async function waitForChange(
  host: Host,
  folder: RunFolder,
  seen: Observation,
  milliseconds: number,
  context: DriverContext,
): Promise<void> {
  const wake = new Wake();
  const stop = host.watch?.([folder.spool, folder.control], () => wake.now());
  const abort = (): void => wake.now();
  context.signal.addEventListener('abort', abort, { once: true });
  const deadline = performance.now() + milliseconds;
  try {
    while (!context.signal.aborted && !(await hasChanged(host, folder, seen))) {
      const left = deadline - performance.now();
      if (left <= 0) return;
      await wake.within(Math.min(left, stop ? POLL_WITH_WATCH_MS : POLL_MS));
    }
  } finally {
    context.signal.removeEventListener('abort', abort);
    stop?.();
  }
}

async function hasChanged(host: Host, folder: RunFolder, seen: Observation): Promise<boolean> {
  const [sizes, exit, started] = await Promise.all([
    spoolSizes(host, folder),
    seen.exit ? undefined : host.stat(folder.exit),
    seen.state === 'starting' || seen.state === 'not-launched' ? host.stat(folder.started) : undefined,
  ]);
  return (
    exit !== undefined ||
    started !== undefined ||
    sizes.stdout !== seen.sizes.stdout ||
    sizes.stderr !== seen.sizes.stderr ||
    sizes.metrics !== seen.sizes.metrics
  );
}

/** A change that comes while nobody waits is not lost. */
class Wake {
  private pending = false;
  private resolve: (() => void) | undefined;

  now(): void {
    this.pending = true;
    this.resolve?.();
  }

  async within(milliseconds: number): Promise<void> {
    if (!this.pending) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.resolve = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.pending = false;
    this.resolve = undefined;
  }
}
