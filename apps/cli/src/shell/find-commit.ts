import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

const GIT_MS = 250;

/**
 * Commit that the project is at, with `+` where the folder has changes; null: no repository, or none made yet. The
 * repository's files are read, and `git` is asked for changes only: where that takes longer than 0.25 s, the mark is left out.
 */
export async function findCommit(root: string, path: string | undefined): Promise<string | null> {
  const repository = findRepository(root);
  const commit = repository === undefined ? undefined : headCommit(repository);
  if (commit === undefined) return null;
  return (await hasChanges(root, path)) ? `${commit}+` : commit;
}

interface Repository {
  /** `.git`, or the folder that it points to. */
  readonly folder: string;
  /** Where branches are kept; another folder for linked work trees. */
  readonly common: string;
}

function findRepository(root: string): Repository | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const git = join(folder, '.git');
    const stats = statSync(git, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return { folder: git, common: git };
    if (stats?.isFile()) return linkedRepository(folder, git);
    if (dirname(folder) === folder) return undefined;
  }
}

function linkedRepository(folder: string, git: string): Repository | undefined {
  const target = readText(git)?.match(/^gitdir: (.+)/)?.[1];
  if (target === undefined) return undefined;
  const linked = isAbsolute(target) ? target : resolve(folder, target);
  const common = readText(join(linked, 'commondir'))?.trim();
  return { folder: linked, common: common === undefined ? linked : resolve(linked, common) };
}

function headCommit(repository: Repository): string | undefined {
  const head = readText(join(repository.folder, 'HEAD'))?.trim();
  const branch = head?.match(/^ref: (.+)/)?.[1];
  if (branch === undefined) return asCommit(head);
  const loose = asCommit(readText(join(repository.common, branch))?.trim());
  if (loose !== undefined) return loose;
  const packed = readText(join(repository.common, 'packed-refs')) ?? '';
  const line = packed.split('\n').find((each) => each.endsWith(` ${branch}`));
  return asCommit(line?.slice(0, line.indexOf(' ')));
}

function asCommit(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f]{40,64}$/.test(text) ? text : undefined;
}

function readText(path: string): string | undefined {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function hasChanges(root: string, path: string | undefined): Promise<boolean> {
  return new Promise((done) => {
    const options = {
      cwd: root,
      timeout: GIT_MS,
      env: { PATH: path ?? '/usr/bin:/bin', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    };
    execFile('git', ['status', '--porcelain', '--untracked-files=no', '--', '.'], options, (error, output) =>
      done(!error && output.trim() !== ''),
    );
  });
}
