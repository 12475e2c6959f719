import { isAbsolute, join } from 'node:path';
import type { Host } from './host';

/** The first executable of that name in a `PATH`; a name with a slash is taken as a path. Undefined where there is none. */
export async function findProgram(host: Host, name: string, searchPath: string): Promise<string | undefined> {
  if (name.includes('/')) return (await isProgram(host, name)) ? name : undefined;
  for (const folder of searchPath.split(':')) {
    if (isAbsolute(folder) && (await isProgram(host, join(folder, name)))) return join(folder, name);
  }
  return undefined;
}

/** Links are followed: most interpreters are one. */
async function isProgram(host: Host, path: string): Promise<boolean> {
  const real = await host.realPath(path);
  const stat = real === undefined ? undefined : await host.stat(real);
  return stat?.type === 'file' && (stat.mode & 0o111) !== 0;
}
