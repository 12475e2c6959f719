import type { RunSpecification } from '@aml/contracts';
import { AppError } from '@aml/errors';
import { isAbsolute, join } from 'node:path';

/**
 * The folder that all runs of a project on a target share, on the target's machine: `nativeSharedDirectory` (default
 * `~/.azureml/share/`) with the names of account, workspace and project appended.
 */
export function sharedDirectoryOf(specification: RunSpecification, home: string): string {
  const base = specification.target.nativeSharedDirectory ?? '~/.azureml/share/';
  const expanded = base === '~' || base.startsWith('~/') ? join(home, base.slice(1)) : base;
  if (!isAbsolute(expanded)) {
    throw new AppError({
      code: 'shared-directory-relative',
      message: `nativeSharedDirectory "${base}" of the compute target "${specification.target.name}" is not an absolute path`,
      hint: 'Write a path that starts with / or ~/.',
      blame: 'user',
    });
  }
  const names = [specification.accountName, specification.workspaceName, specification.projectName];
  return join(expanded, ...names.map(asFolderName));
}

/** One folder, whatever the name holds. */
function asFolderName(name: string): string {
  const safe = name.replace(/[/\0]/g, '_');
  return safe === '' || safe === '.' || safe === '..' ? `_${safe}` : safe;
}
