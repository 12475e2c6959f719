import { lstat, readdir, readlink } from 'node:fs/promises';
import { displayName, isUtf8 } from './display-name';
import type { FileStat, WalkEntry } from './host';
import { errorCode } from './host-error';

/** Everything below a folder of this machine, in the order of names; what vanishes meanwhile is left out. */
export async function* walkFolder(folder: string): AsyncGenerator<WalkEntry> {
  yield* walkBelow(Buffer.from(folder), Buffer.alloc(0));
}

async function* walkBelow(root: Buffer, below: Buffer): AsyncGenerator<WalkEntry> {
  const folder = below.length === 0 ? root : Buffer.concat([root, SLASH, below]);
  const names = await readdir(folder, { encoding: 'buffer' }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.sort(Buffer.compare)) {
    const relative = below.length === 0 ? name : Buffer.concat([below, SLASH, name]);
    const stat = await statOf(Buffer.concat([root, SLASH, relative]));
    if (!stat) continue;
    if (!isUtf8(relative)) {
      yield { path: displayName(relative), ...stat, problem: 'its name is not UTF-8' };
      continue;
    }
    yield { path: relative.toString(), ...stat };
    if (stat.type === 'directory') yield* walkBelow(root, relative);
  }
}

const SLASH = Buffer.from('/');

/** What is at a path, without following a link; undefined where nothing is. */
export async function statOf(path: string | Buffer): Promise<FileStat | undefined> {
  try {
    const stat = await lstat(path);
    const common = { size: stat.size, mode: stat.mode & 0o7777, uid: stat.uid };
    if (stat.isSymbolicLink()) return { ...common, type: 'link', target: await readlink(path) };
    return { ...common, type: stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other' };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
