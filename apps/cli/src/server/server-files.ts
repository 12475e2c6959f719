import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorData } from '@aml/errors';

/** What the services leave in `server.json` while they run. */
export interface ServerFile {
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  readonly database: string;
  readonly startedAt: string;
}

/** The running services as `server.json` names them; undefined: no such file, or not readable as one. */
export function readServerFile(home: string): ServerFile | undefined {
  const file = readJson(join(home, 'server.json')) as Partial<ServerFile> | undefined;
  return typeof file?.pid === 'number' && typeof file.url === 'string' ? (file as ServerFile) : undefined;
}

/** The bearer token of the machine's user; undefined: not there yet. */
export function readToken(home: string): string | undefined {
  try {
    return readFileSync(join(home, 'token'), 'utf8').trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Why the services did not start, where they said so at or after `since` (milliseconds since 1970). */
export function readStartError(home: string, since: number): ErrorData | undefined {
  const path = join(home, 'start-error.json');
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (written < since) return undefined;
  const error = readJson(path) as Partial<ErrorData> | undefined;
  return typeof error?.code === 'string' && typeof error.message === 'string'
    ? (error as ErrorData)
    : undefined;
}

export function serverLogPath(home: string): string {
  return join(home, 'server.log');
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
