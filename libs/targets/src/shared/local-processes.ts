import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errorCode } from './host-error';

const execute = promisify(execFile);

/** A zombie is not alive: it runs nothing, and its exit is known to its parent. */
export async function isProcessAlive(pid: number, startTime: string): Promise<boolean> {
  if (process.platform !== 'linux') return (await psStartTime(pid)) === startTime;
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[19] === startTime && fields[0] !== 'Z' && fields[0] !== 'X';
}

/** As the supervisor writes it where there is no /proc: the words of `lstart`, one space between them. */
async function psStartTime(pid: number): Promise<string | undefined> {
  try {
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
    const { stdout } = await execute('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env });
    const [state = 'Z', ...start] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}

/** False where there is no such process or group. */
export function signalProcess(pid: number, name: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}

export async function bootIdOf(): Promise<string> {
  if (process.platform === 'linux') {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
  }
  const { stdout } = await execute('sysctl', ['-n', 'kern.bootsessionuuid']);
  return stdout.trim();
}
