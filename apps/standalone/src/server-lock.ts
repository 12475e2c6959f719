import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processStartTime } from './process-start-time';

interface Owner {
  readonly pid: number;
  readonly startTime: string;
}

/**
 * One server per AML_HOME. The lock is a folder (made or not, in one step) that names its owner; an owner that is dead, by pid and
 * start time, is moved away in one step too, so of several that find it dead only one succeeds.
 */
export class ServerLock {
  private constructor(private readonly folder: string) {}

  /** Undefined where a living server has it. */
  static async take(home: string): Promise<ServerLock | undefined> {
    const folder = join(home, 'server.lock');
    for (let attempt = 0; attempt < 50; attempt++) {
      const fresh = `${folder}.${process.pid}`;
      await rm(fresh, { recursive: true, force: true });
      await mkdir(fresh);
      const owner: Owner = { pid: process.pid, startTime: await processStartTime(process.pid) };
      await writeFile(join(fresh, 'owner.json'), JSON.stringify(owner), { mode: 0o600 });
      try {
        await rename(fresh, folder);
        return new ServerLock(folder);
      } catch {
        await rm(fresh, { recursive: true, force: true });
      }
      if (await isAlive(folder)) return undefined;
      const dead = `${folder}.dead.${process.pid}`;
      await rename(folder, dead).catch(() => undefined);
      await rm(dead, { recursive: true, force: true });
    }
    return undefined;
  }

  async release(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function isAlive(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'owner.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  try {
    const { pid, startTime } = JSON.parse(text) as Owner;
    return (await processStartTime(pid)) === startTime;
  } catch {
    return false;
  }
}
