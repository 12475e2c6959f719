import { AppError } from '@aml/errors';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
  EIO: 'the disk reports an error',
  ENOTDIR: 'a part of the path is not a folder',
  ENAMETOOLONG: 'the name is too long for the file system',
};

/** An error of the system as an `AppError` that blames the target; `action` as in "cannot ACTION". */
export function toHostError(error: unknown, action: string): AppError {
  if (error instanceof AppError) return error;
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError({
      code: 'disk-full',
      message: `cannot ${action}: ${code === 'EDQUOT' ? "the user's disk quota is used up" : 'the disk is full'}`,
      hint: 'Make room (`aml experiment clean` removes the folders of finished runs), then submit again.',
      blame: 'target',
      cause: error,
    });
  }
  const reason = (code && REASONS[code]) ?? (error instanceof Error ? error.message : String(error));
  return new AppError({
    code: 'host-failed',
    message: `cannot ${action}: ${reason}`,
    hint: 'Check that the folder exists, belongs to you and is writable.',
    retryable: code === 'EMFILE' || code === 'ENFILE',
    blame: 'target',
    cause: error,
  });
}

/** `ENOENT` and the like; undefined for what is no error of the system. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Runs `work`; whatever it throws becomes an error of the host, an abort stays what it is. */
export async function onHost<Result>(action: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    throw toHostError(error, action);
  }
}
