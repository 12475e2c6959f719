import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { processStartTime } from './process-start-time';

interface Owner {
  readonly pid: number;
  readonly startTime: string;
}

const LOOK_MS = 50;
/** How long a server that is about to end is waited for. */
const STOPPING_MS = 60_000;
/** What a dead owner left is kept this long, against latecomers that still believe it to be in place. */
const TOMBSTONE_MS = 3_600_000;

/**
 * One server per AML_HOME. The lock is a folder (there or not, in one step) that names its owner. An owner that is dead,
 * by pid and start time, is moved away in one step too, to a name made of the owner: whoever judged it dead later and
 * would move its successor away finds that name taken.
 */
export class ServerLock {
  private constructor(private readonly folder: string) {}

  /**
   * Waits where the server that has the lock is about to end.
   * @returns undefined where a living server has it. @throws where the folder cannot be written.
   */
  static async take(home: string): Promise<ServerLock | undefined> {
    const folder = join(home, 'server.lock');
    await removeTombstones(folder);
    for (const deadline = Date.now() + STOPPING_MS; Date.now() < deadline;) {
      if (await claim(folder)) return new ServerLock(folder);
      const owner = await readOwner(folder);
      if (owner && (await isAlive(owner))) {
        if (!(await isStopping(folder))) return undefined;
      } else if (await moveAway(folder, owner)) {
        continue;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return undefined;
  }

  /** Tells servers that want to start to wait. */
  async announceStopping(): Promise<void> {
    await writeFile(join(this.folder, 'stopping'), '').catch(() => undefined);
  }

  async release(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Makes the whole folder aside and moves it into place: that fails where there is one. */
async function claim(folder: string): Promise<boolean> {
  const fresh = `${folder}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh);
  const owner: Owner = { pid: process.pid, startTime: await processStartTime(process.pid) };
  await writeFile(join(fresh, 'owner.json'), JSON.stringify(owner), { mode: 0o600 });
  try {
    await rename(fresh, folder);
    return true;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    const { code } = error as { code?: string };
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(folder: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'owner.json'), 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, startTime }: Owner): Promise<boolean> {
  return startTime !== '' && (await processStartTime(pid)) === startTime;
}

async function isStopping(folder: string): Promise<boolean> {
  return (await stat(join(folder, 'stopping')).catch(() => undefined)) !== undefined;
}

async function moveAway(folder: string, owner: Owner | undefined): Promise<boolean> {
  const name = owner ? `${owner.pid}-${owner.startTime.replace(/\W+/g, '-')}` : 'unreadable';
  const moved = await rename(folder, `${folder}.dead-${name}`).then(
    () => true,
    () => false,
  );
  // An owner that cannot be told from others leaves nothing by which to tell it.
  if (moved && !owner) await rm(`${folder}.dead-${name}`, { recursive: true, force: true });
  return moved;
}

async function removeTombstones(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.dead-`;
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix)) continue;
    const path = join(dirname(folder), name);
    const left = await stat(path).catch(() => undefined);
    if (left && Date.now() - left.ctimeMs > TOMBSTONE_MS) await rm(path, { recursive: true, force: true });
  }
}
