import { randomBytes } from 'node:crypto';
import { constants, watch, type FSWatcher } from 'node:fs';
import { chmod, mkdir, open, readFile, realpath, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import type { CommandResult, FileStat, Host, WalkEntry } from './host';
import { errorCode, onHost } from './host-error';
import { bootIdOf, isProcessAlive, signalProcess } from './local-processes';
import { runCommand } from './run-command';
import { unpackTar } from './unpack-tar';
import { statOf, walkFolder } from './walk-folder';

/** This machine, as the user that our process belongs to. */
export class LocalHost implements Host {
  readonly name = 'local';

  run(argv: readonly string[], options: Parameters<Host['run']>[1] = {}): Promise<CommandResult> {
    return runCommand(argv, options);
  }

  unpack(folder: string, archive: Readable, signal: AbortSignal): Promise<void> {
    return onHost(`unpack into "${folder}"`, () => unpackTar(folder, archive, signal));
  }

  async writeFile(path: string, content: string | Buffer, mode = 0o600): Promise<void> {
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    await onHost(`write "${path}"`, async () => {
      try {
        await writeFile(temporary, content, { flag: 'wx', mode });
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    });
  }

  readFile(path: string, offset = 0, limit?: number): Promise<Buffer | undefined> {
    return onHost(`read "${path}"`, async () => {
      try {
        return offset === 0 && limit === undefined
          ? await readFile(path)
          : await readPart(path, offset, limit ?? Number.MAX_SAFE_INTEGER);
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    });
  }

  openFile(path: string): Promise<Readable> {
    return onHost(`read "${path}"`, async () => {
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      return file.createReadStream({ highWaterMark: 256 * 1024 });
    });
  }

  stat(path: string): Promise<FileStat | undefined> {
    return onHost(`look at "${path}"`, () => statOf(path));
  }

  realPath(path: string): Promise<string | undefined> {
    return realpath(path).catch(() => undefined);
  }

  walk(folder: string): AsyncIterable<WalkEntry> {
    return walkFolder(folder);
  }

  async makeFolder(path: string, mode = 0o700): Promise<void> {
    await onHost(`make the folder "${path}"`, () => mkdir(path, { recursive: true, mode }));
  }

  async moveFolder(from: string, to: string): Promise<boolean> {
    return onHost(`make "${to}"`, async () => {
      try {
        await rename(from, to);
        return true;
      } catch (error) {
        const code = errorCode(error);
        if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
        throw error;
      }
    });
  }

  async remove(path: string): Promise<void> {
    await onHost(`remove "${path}"`, async () => {
      try {
        await rm(path, { recursive: true, force: true, maxRetries: 3 });
      } catch (error) {
        if (errorCode(error) !== 'EACCES' && errorCode(error) !== 'EPERM') throw error;
        await makeRemovable(path);
        await rm(path, { recursive: true, force: true });
      }
    });
  }

  isAlive(pid: number, startTime: string): Promise<boolean> {
    return isProcessAlive(pid, startTime);
  }

  async signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
    return onHost(`signal process ${pid}`, async () => signalProcess(pid, name));
  }

  bootId(): Promise<string> {
    return bootIdOf();
  }

  async freeBytes(path: string): Promise<number> {
    return onHost(`look at the disk of "${path}"`, async () => {
      for (let folder = path; ; folder = dirname(folder)) {
        try {
          const { bavail, bsize } = await statfs(folder);
          return bavail * bsize;
        } catch (error) {
          if (!isAbsent(error) || folder === dirname(folder)) throw error;
        }
      }
    });
  }

  async user(): Promise<{ name: string; home: string; uid: number; gid: number }> {
    try {
      const { uid, gid, username } = userInfo();
      // As shells do: HOME, where it is set, decides.
      return { name: username, home: homedir(), uid, gid };
    } catch {
      // A user without an entry, as in many containers.
      const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
      return { name: `user-${uid}`, home: homedir(), uid, gid };
    }
  }

  watch(folders: readonly string[], onChange: () => void): (() => void) | undefined {
    const watchers: FSWatcher[] = [];
    const stop = (): void => watchers.forEach((watcher) => watcher.close());
    try {
      for (const folder of folders) {
        const watcher = watch(folder, { persistent: false }, onChange);
        watcher.on('error', onChange); // the caller looks, and sees what has become of the folder
        watchers.push(watcher);
      }
      return stop;
    } catch {
      stop(); // no more watches on this machine, or no such folder
      return undefined;
    }
  }
}

async function readPart(path: string, offset: number, limit: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const size = Math.max(0, Math.min(limit, (await file.stat()).size - offset));
    if (size === 0) return Buffer.alloc(0);
    const buffer = Buffer.allocUnsafe(size);
    const { bytesRead } = await file.read(buffer, 0, size, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function isAbsent(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** A script may have taken its own permissions away; a folder can only be emptied with them. */
async function makeRemovable(path: string): Promise<void> {
  await chmod(path, 0o700);
  for await (const entry of walkFolder(path)) {
    if (entry.type === 'directory' && !entry.problem) await chmod(`${path}/${entry.path}`, 0o700);
  }
}
