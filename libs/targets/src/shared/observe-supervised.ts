import type { DriverContext, ExitRecord, Observation, RunHandle } from '../target-driver';
import { readControlFile, StagedFile, type SupervisorFile } from './control-files';
import type { Host } from './host';
import {
  describeExit,
  exitWithoutRecord,
  observeRunFolder,
  type FolderObservation,
} from './observe-run-folder';
import { runFolderOf } from './run-folder';
import { startSupervisor } from './start-supervisor';

/** A run whose supervisor is a process of the host. A supervisor that was killed is replaced, so that its run goes on being watched. */
export async function observeSupervised(
  host: Host,
  handle: RunHandle,
  context: DriverContext,
): Promise<Observation> {
  const folder = runFolderOf(handle);
  const seen = await observeRunFolder(host, folder);
  if (seen.exit) return endedAs(seen, seen.exit);
  if (!seen.exists) return handle.launched ? await folderGone(host, handle, seen) : notLaunched(seen);
  if (!seen.started) return seen.claimed ? starting(seen) : notLaunched(seen);
  const { supervisor, script } = seen.started;
  if (await livesHere(host, seen.started, supervisor)) {
    return runningAs(seen, `supervisor ${supervisor.pid} lives`);
  }
  const again = await observeRunFolder(host, folder); // it may have ended between the two looks
  if (again.exit) return endedAs(again, again.exit);
  try {
    const staged = await readControlFile(host, folder.staged, StagedFile);
    context.note(`the supervisor ${supervisor.pid} is gone; another one takes over`);
    await startSupervisor(host, folder, staged?.python ?? 'python3', context.signal);
  } catch (error) {
    if (context.signal.aborted) throw error;
    context.note(`no supervisor can take over: ${error instanceof Error ? error.message : String(error)}`);
  }
  const last = await observeRunFolder(host, folder);
  if (last.exit) return endedAs(last, last.exit);
  const now = last.started ?? seen.started;
  if (await livesHere(host, now, now.supervisor)) {
    return runningAs(last, `supervisor ${now.supervisor.pid} took over`);
  }
  if (script && (await livesHere(host, now, script))) {
    return runningAs(last, `process ${script.pid} lives, without a supervisor`);
  }
  return endedAs(
    last,
    exitWithoutRecord(
      'lost',
      'Neither the supervisor nor the script is there, and how it ended is not known.',
      {
        verifiedGone: false,
        survivors: ['processes that the script may have started'],
      },
    ),
  );
}

async function livesHere(
  host: Host,
  started: SupervisorFile,
  process: { pid: number; startTime: string },
): Promise<boolean> {
  if (!(await host.isAlive(process.pid, process.startTime))) return false;
  return started.bootId === '' || started.bootId === (await host.bootId());
}

async function folderGone(host: Host, handle: RunHandle, seen: FolderObservation): Promise<Observation> {
  const { supervisorPid, startTime, bootId } = handle.launched ?? {};
  const alive =
    supervisorPid !== undefined &&
    startTime !== undefined &&
    (bootId === undefined || bootId === (await host.bootId())) &&
    (await host.isAlive(supervisorPid, startTime));
  return endedAs(
    seen,
    exitWithoutRecord(
      'lost',
      `The run folder "${handle.runFolder}" is gone; how the run ended is not known.`,
      {
        verifiedGone: false,
        survivors: alive ? [`supervisor ${supervisorPid}`] : ['processes that the script may have started'],
      },
    ),
  );
}

export function notLaunched(seen: FolderObservation): Observation {
  return { state: 'not-launched', evidence: 'no supervisor was ever started', ...rest(seen) };
}

export function starting(seen: FolderObservation): Observation {
  return { state: 'starting', evidence: 'a supervisor has claimed the run folder', ...rest(seen) };
}

export function runningAs(seen: FolderObservation, evidence: string): Observation {
  return { state: 'running', evidence, ...rest(seen) };
}

export function endedAs(seen: FolderObservation, exit: ExitRecord, source = 'exit.json says'): Observation {
  const lost = exit.reason === 'lost';
  return {
    ...rest(seen),
    state: lost ? 'lost' : 'ended',
    evidence: lost ? (exit.message ?? 'how it ended is not known') : `${source} ${describeExit(exit)}`,
    exit,
    startedAt: exit.startedAt ?? seen.started?.startedAt ?? null,
  };
}

function rest(seen: FolderObservation): Pick<Observation, 'exit' | 'startedAt' | 'sizes'> {
  return { exit: seen.exit, startedAt: seen.started?.startedAt ?? null, sizes: seen.sizes };
}
