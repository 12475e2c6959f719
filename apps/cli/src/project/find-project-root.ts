import { AppError } from '@aml/errors';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder, from `from` upwards, that has an `aml_config` folder; undefined: none. */
export function findProjectRoot(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (statSync(join(folder, 'aml_config'), { throwIfNoEntry: false })?.isDirectory()) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** @throws AppError `project-missing` (blame: user). */
export function requireProjectRoot(from: string): string {
  const root = findProjectRoot(from);
  if (root !== undefined) return root;
  throw new AppError({
    code: 'project-missing',
    message: `there is no aml_config folder in ${from} nor in a folder above it`,
    hint: '`aml init` makes a project of this folder; `aml project create -n NAME` makes a new one.',
    blame: 'user',
  });
}
