import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

/** Absolute path of a program as the shell would find it: a path from `cwd`, or a name on PATH; undefined: none. */
export function findProgram(name: string, pathVariable: string | undefined, cwd: string): string | undefined {
  if (name.includes('/')) return executable(resolve(cwd, name));
  for (const folder of (pathVariable ?? '').split(':')) {
    const base = folder === '' ? cwd : isAbsolute(folder) ? folder : resolve(cwd, folder);
    const found = executable(join(base, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

function executable(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return undefined;
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}
