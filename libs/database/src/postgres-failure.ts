import { AppError } from '@aml/errors';
import { statfs } from 'node:fs/promises';

const LEAST_FREE_BYTES = 64 * 1024 * 1024;

/** Why the data folder could not be made. */
export async function initFailed(folder: string, cause: unknown): Promise<AppError> {
  if (await isFull(folder)) return diskFull(folder, cause);
  const output = (cause as { stderr?: string }).stderr ?? '';
  const reason = output.trimEnd().split('\n').at(-1) || (cause instanceof Error ? cause.message : '');
  return new AppError({
    code: 'database-init-failed',
    message: `the built-in database could not be made in ${folder}: ${reason}`,
    hint: 'Move AML_HOME to another folder, or set DATABASE_URL.',
    cause,
  });
}

/** Why a server ended or was refused on the data folder below `folder`. */
export async function startFailed(folder: string, log: string, reason: string): Promise<AppError> {
  if (await isFull(folder)) return diskFull(folder, undefined);
  return corruptDatabase(folder, log, reason);
}

export function corruptDatabase(folder: string, log: string, reason: string): AppError {
  return new AppError({
    code: 'database-corrupt',
    message: `the database in ${folder}/data does not start: ${reason}`,
    hint: `Its log is ${log}. Restore the folder from a backup, or move ${folder} away to start with an empty history.`,
    blame: 'user',
  });
}

export function wrongVersion(folder: string, dataVersion: string, ourVersion: string): AppError {
  return new AppError({
    code: 'database-version',
    message: `${folder}/data was made by Postgres ${dataVersion}; this installation has ${ourVersion}`,
    hint: `Use the version of the product that made it, or move ${folder} away to start with an empty history.`,
    blame: 'user',
  });
}

async function isFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < LEAST_FREE_BYTES;
}

function diskFull(folder: string, cause: unknown): AppError {
  return new AppError({
    code: 'disk-full',
    message: `there is no room for the database in ${folder}`,
    hint: 'Free some space (at least 64 MB), or move AML_HOME to another disk.',
    blame: 'target',
    retryable: true,
    cause,
  });
}
