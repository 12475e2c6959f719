import { AppError } from '@aml/errors';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { serverEnvironment } from './server-environment';
import { serverLogPath } from './server-files';

const LOG_LIMIT_BYTES = 20_000_000;

export interface SpawnedServer {
  readonly pid: number | undefined;
  /** How the process ended; undefined: it has not. */
  readonly ended: () => { readonly code: number | null; readonly signal: string | null } | undefined;
}

/** Starts the services in a session of their own; they write to `server.log` of the home folder. */
export function spawnServer(options: {
  readonly home: string;
  readonly main: string;
  readonly shell: Readonly<Record<string, string>>;
}): SpawnedServer {
  if (!existsSync(options.main)) {
    throw new AppError({
      code: 'services-not-built',
      message: `the services are not built: ${options.main} is missing`,
      hint: 'Run `npm run build` in the repository.',
      blame: 'user',
    });
  }
  const log = openLog(options.home);
  try {
    const child = spawn(process.execPath, [options.main], {
      cwd: options.home,
      detached: true,
      env: serverEnvironment(options.shell, options.home),
      stdio: ['ignore', log, log],
    });
    let end: { code: number | null; signal: string | null } | undefined;
    child.on('exit', (code, signal) => (end = { code, signal }));
    child.on('error', () => (end = { code: null, signal: null }));
    child.unref();
    return { pid: child.pid, ended: () => end };
  } finally {
    closeSync(log);
  }
}

/** @throws AppError `home-unusable` (blame: user) where nothing can be written. */
function openLog(home: string): number {
  try {
    // Root's services run their database as another user, who has to pass through this folder.
    mkdirSync(home, { recursive: true, mode: userInfo().uid === 0 ? 0o711 : 0o700 });
    const path = serverLogPath(home);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > LOG_LIMIT_BYTES) renameSync(path, join(home, 'server.log.1'));
    return openSync(path, 'a', 0o600);
  } catch (error) {
    throw new AppError({
      code: 'home-unusable',
      message: `cannot write to ${home}: ${(error as Error).message}`,
      hint: 'Free some space or mend its permissions, or set AML_HOME to a folder of yours.',
      blame: 'user',
      cause: error,
    });
  }
}
