import { AppError } from '@aml/errors';

/** SQLSTATE classes and socket errors that mean "the server is away", not "the statement is wrong". */
const AWAY = /^(08|57P|53)|^(ECONN|ENOENT$|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/;

export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string' && AWAY.test(code)) return true;
  return (
    error instanceof Error &&
    /connection terminated|timeout exceeded when trying to connect|timeout expired/i.test(error.message)
  );
}

/** True where two transactions stood in each other's way: the same work may succeed at once. */
export function isLockConflict(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === '40001' || code === '40P01';
}

/** True where a unique constraint was hit; with a name: that constraint. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const detail = error as { code?: unknown; constraint?: unknown; driverError?: unknown } | undefined;
  if (detail?.code === '23505') return constraint === undefined || detail.constraint === constraint;
  return detail?.driverError !== undefined && isUniqueViolation(detail.driverError, constraint);
}

/** Why a database could not be opened, for whoever wrote its address. What has other causes is returned as it is. */
export function openError(error: unknown, url: string): unknown {
  const where = describeDatabase(url);
  if (isConnectionError(error)) {
    return new AppError({
      code: 'database-unreachable',
      message: `the database at ${where} cannot be reached: ${reasonOf(error)}`,
      hint: 'Check DATABASE_URL and that the server is running; without DATABASE_URL the built-in one is used.',
      retryable: true,
      cause: error,
    });
  }
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string' || !/^(28|3D000|42501)/.test(code)) return error;
  return new AppError({
    code: 'database-refused',
    message: `the database at ${where} refuses us: ${reasonOf(error)}`,
    hint: 'Check user, password and database of DATABASE_URL; the user must be allowed to create schemas.',
    blame: 'user',
    cause: error,
  });
}

/** Host and database of an address, without user and password. */
export function describeDatabase(url: string): string {
  const [address = '', query = ''] = url.replace(/^[a-z]+:\/\//, '').split('?');
  const place = address.slice(address.lastIndexOf('@') + 1);
  const socket = new URLSearchParams(query).get('host');
  return place.startsWith('/') && socket !== null ? `${socket}${place}` : place;
}

/** A host with several addresses fails once for each; the message of the whole is empty then. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
