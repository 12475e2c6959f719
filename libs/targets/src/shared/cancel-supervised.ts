import type { CancelProgress, DriverContext, ExitRecord, RunHandle } from '../target-driver';
import { ExitFile, readControlFile, StagedFile, SupervisorFile } from './control-files';
import type { Host } from './host';
import { describeExit, observeRunFolder } from './observe-run-folder';
import { observeSupervised } from './observe-supervised';
import { runFolderOf, type RunFolder } from './run-folder';
import { startSupervisor } from './start-supervisor';
import { waitForChange } from './wait-for-change';

/** How long the supervisor repeats its kill before it gives up, and some time to write that down. */
const KILL_MS = 12_000;

/**
 * Leaves the wish in the run folder, where it also stops a launch that comes later, then wakes the supervisor and waits
 * for what it proves.
 */
export async function cancelSupervised(
  host: Host,
  handle: RunHandle,
  context: DriverContext,
): Promise<CancelProgress> {
  const folder = runFolderOf(handle);
  await requestCancel(host, folder);
  const seen = await observeSupervised(host, handle, context);
  if (seen.exit) return proveGone(host, folder, seen.exit);
  if (seen.state === 'not-launched') return neverStarted();
  const staged = await readControlFile(host, folder.staged, StagedFile);
  const deadline = performance.now() + (staged?.graceSeconds ?? 10) * 1000 + KILL_MS;
  let started: SupervisorFile | undefined;
  for (let told = ''; performance.now() < deadline && !context.signal.aborted;) {
    started = await readControlFile(host, folder.started, SupervisorFile);
    const supervisor = started?.supervisor;
    if (!supervisor || !(await host.isAlive(supervisor.pid, supervisor.startTime))) {
      // It never came up or died, perhaps just now: the next one takes the run over and ends it, and starts nothing any more.
      await startSupervisor(host, folder, staged?.python ?? 'python3', context.signal);
    } else if (told !== `${supervisor.pid} ${supervisor.startTime}`) {
      told = `${supervisor.pid} ${supervisor.startTime}`;
      await host.signal(supervisor.pid, 'SIGTERM');
    }
    const exit = await waitForExit(host, folder, Math.min(1_000, deadline - performance.now()), context);
    if (exit) return proveGone(host, folder, exit);
  }
  return {
    phase: 'signalled',
    evidence: 'the supervisor was asked to end the run and has not said that it did',
    survivors: started?.script ? [`process ${started.script.pid}`] : [],
  };
}

/** A wish for the end that every supervisor sees, also one that is started later. */
export async function requestCancel(host: Host, folder: RunFolder): Promise<void> {
  await host.makeFolder(folder.control, 0o700);
  await host.writeFile(folder.cancel, JSON.stringify({ version: 1, requestedAt: new Date().toISOString() }));
}

/** Null where the time is over first. */
export async function waitForExit(
  host: Host,
  folder: RunFolder,
  milliseconds: number,
  context: DriverContext,
): Promise<ExitRecord | null> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const seen = await observeRunFolder(host, folder);
    const left = deadline - performance.now();
    if (seen.exit || left <= 0 || context.signal.aborted) return seen.exit;
    await waitForChange(
      host,
      folder,
      { state: 'running', evidence: '', exit: null, startedAt: null, sizes: seen.sizes },
      Math.min(left, 1000),
      context,
    );
  }
}

/** What the supervisor could not end may have ended since; a pid that another process has now is not it. */
async function proveGone(host: Host, folder: RunFolder, exit: ExitRecord): Promise<CancelProgress> {
  const evidence = `exit.json says ${describeExit(exit)}`;
  if (exit.verifiedGone) return { phase: 'verified-gone', evidence, survivors: [] };
  const named = (await readControlFile(host, folder.exit, ExitFile))?.survivors ?? [];
  const left = await stillThere(host, named);
  if (named.length > 0 && left.length === 0 && !named.some((each) => typeof each === 'string')) {
    return {
      phase: 'verified-gone',
      evidence: `${evidence}, and what it named is gone since`,
      survivors: [],
    };
  }
  return { phase: 'killed', evidence, survivors: left.length > 0 ? left : exit.survivors };
}

async function stillThere(host: Host, named: ExitFile['survivors']): Promise<string[]> {
  const left: string[] = [];
  for (const each of named) {
    if (typeof each === 'string') continue;
    const line = await host.readFile(`/proc/${each.pid}/cmdline`);
    const command = line?.toString().replaceAll('\0', ' ').trim().slice(0, each.command.length);
    // Where there is no /proc nothing can be proved, and what was named counts as there.
    const provable = (await host.stat('/proc/self/stat')) !== undefined;
    if (!provable || (line !== undefined && command === each.command)) {
      left.push(`process ${each.pid} (${each.command || 'name unknown'})`);
    }
  }
  return left;
}

export function neverStarted(): CancelProgress {
  return {
    phase: 'verified-gone',
    evidence: 'the script was never started, and cancel.json keeps it from being started later',
    survivors: [],
  };
}
