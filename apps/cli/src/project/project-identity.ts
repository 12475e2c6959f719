import { AppError } from '@aml/errors';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What a folder says about the project it holds. */
export interface ProjectIdentity {
  /** Name of the project: that of `.aml/project.json`, else the folder's. */
  readonly name: string;
  /** Undefined: the folder has none; the services know the project by its name then. */
  readonly projectId: string | undefined;
}

const FILE = '.aml/project.json';
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u;

/** Reads the identity of a project folder. @throws AppError `project-file-unreadable` (blame: user). */
export function readProjectIdentity(root: string): ProjectIdentity {
  const path = join(root, FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (
      (error as NodeJS.ErrnoException).code !== 'ENOENT' &&
      (error as NodeJS.ErrnoException).code !== 'ENOTDIR'
    ) {
      throw unreadableFile(path, (error as Error).message);
    }
    return { name: projectNameOf(basename(root)), projectId: undefined };
  }
  try {
    const file = JSON.parse(text) as { name?: unknown; projectId?: unknown } | null;
    if (typeof file?.name !== 'string') throw new Error('it has no name');
    return { name: file.name, projectId: typeof file.projectId === 'string' ? file.projectId : undefined };
  } catch (error) {
    throw unreadableFile(path, (error as Error).message);
  }
}

/** Writes the identity beside `aml_config`, so that the project keeps it when its folder is moved or renamed. */
export function writeProjectIdentity(
  root: string,
  identity: { readonly name: string; readonly projectId: string },
): void {
  mkdirSync(join(root, '.aml'), { recursive: true });
  const text = JSON.stringify({ projectId: identity.projectId, name: identity.name }, null, 2);
  writeFileSync(join(root, FILE), `${text}\n`);
}

/** A name that runs can be called by, made from any folder name. */
export function projectNameOf(folder: string): string {
  const name = folder
    .normalize('NFC')
    .replace(/[^\p{L}\p{N} ._-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, 100)
    .trimEnd();
  return name === '' ? 'project' : name;
}

/** @throws AppError `project-name-invalid` (blame: user). */
export function requireProjectName(name: string): string {
  if (NAME.test(name)) return name;
  throw new AppError({
    code: 'project-name-invalid',
    message: `\`${name}\` cannot be the name of a project`,
    hint: `A name begins with a letter or digit and has letters, digits, spaces, \`.\`, \`_\` and \`-\`, at most 100; for example ${projectNameOf(name)}.`,
    blame: 'user',
  });
}

function unreadableFile(path: string, why: string): AppError {
  return new AppError({
    code: 'project-file-unreadable',
    message: `${path} cannot be read: ${why}`,
    hint: 'Mend it or delete it: `aml init` writes a new one.',
    blame: 'user',
  });
}
