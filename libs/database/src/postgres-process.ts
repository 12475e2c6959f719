import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const LOOK_MS = 25;
const PATIENCE_MS = 10_000;

/** The pid of the server that lives on this data folder, whoever started it. */
export async function findPostgres(dataFolder: string): Promise<number | undefined> {
  const lines = (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !(await isPostgres(pid))) return undefined;
  // A pid is used again: on Linux the server's working directory, which is its data folder, tells it from another one.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return folder === undefined || folder === dataFolder ? pid : undefined;
}

/** Asks the server to end, ever more firmly, and waits until it is gone. */
export async function stopPostgres(pid: number): Promise<void> {
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGKILL'];
  for (const signal of signals) {
    if (!(await isPostgres(pid))) return;
    signalProcess(pid, signal);
    for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
      if (!(await isPostgres(pid))) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  if (!signalProcess(pid, 0)) return false;
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return /\(postgres.*\) [^ZX]/.test(stat);
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=,stat=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes('postgres') && !/\sZ/.test(stdout);
}

/** @returns false where there is no such process. */
function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
