import type { ExitRecord, Observation } from '../target-driver';
import { ExitFile, readControlFile, SupervisorFile } from './control-files';
import type { Host } from './host';
import { spoolSizes } from './read-spool';
import type { RunFolder } from './run-folder';

/** What the files of a run folder say; whether processes live is for the kind of target to find out. */
export interface FolderObservation {
  readonly exit: ExitRecord | null;
  readonly started: SupervisorFile | null;
  readonly claimed: boolean;
  readonly exists: boolean;
  readonly sizes: Observation['sizes'];
}

export async function observeRunFolder(host: Host, folder: RunFolder): Promise<FolderObservation> {
  const exit = await readControlFile(host, folder.exit, ExitFile);
  const [started, claim, control, sizes] = await Promise.all([
    readControlFile(host, folder.started, SupervisorFile),
    host.stat(folder.claim),
    host.stat(folder.control),
    spoolSizes(host, folder), // after exit.json, so that the sizes of an ended run are final
  ]);
  const problem = exit && exit.reason !== 'canceled' ? await startProblemOf(host, folder) : undefined;
  return {
    exit: exit ? asExitRecord(exit, problem) : null,
    started: started ?? null,
    claimed: claim !== undefined,
    exists: control !== undefined,
    sizes,
  };
}

/** What a program of ours in the run folder left instead of starting the script. */
export async function startProblemOf(host: Host, folder: RunFolder): Promise<string | undefined> {
  return (await host.readFile(folder.startProblem))?.toString().trim() || undefined;
}

function asExitRecord(exit: ExitFile, problem: string | undefined): ExitRecord {
  const { message, survivors, ...rest } = exit;
  const said = problem ?? message;
  return {
    ...rest,
    ...(problem === undefined ? {} : { reason: 'startFailed' as const, exitCode: null, signal: null }),
    survivors: survivors.map((each) =>
      typeof each === 'string' ? each : `process ${each.pid} (${each.command || 'name unknown'})`,
    ),
    ...(said === undefined ? {} : { message: said }),
  };
}

/** As in "exit.json says …". */
export function describeExit(exit: ExitRecord): string {
  const how =
    exit.exitCode !== null ? ` with ${exit.exitCode}` : exit.signal !== null ? ` by ${exit.signal}` : '';
  return `${exit.reason}${how}`;
}

/** Stands in for `exit.json` where it cannot come to be any more. */
export function exitWithoutRecord(
  reason: ExitRecord['reason'],
  message: string,
  more: Partial<ExitRecord> = {},
): ExitRecord {
  return {
    reason,
    exitCode: null,
    signal: null,
    startedAt: null,
    endedAt: null,
    durationSeconds: null,
    leftovers: [],
    verifiedGone: true,
    survivors: [],
    message,
    ...more,
  };
}
