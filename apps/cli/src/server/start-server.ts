import { AppError } from '@aml/errors';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Terminal } from '../output/terminal';
import type { CliSettings } from '../settings';
import { readServerFile, readStartError, readToken, serverLogPath } from './server-files';
import { askStatus, isAlive, isReady, type ServerStatus } from './server-status';
import { spawnServer, type SpawnedServer } from './spawn-server';

export interface StartedServer {
  readonly url: string;
  readonly token: string;
  readonly status: ServerStatus;
}

const LOOK_EVERY_MS = 20;
const ANSWER_MS = 2000;
const STRANGER_MS = 10_000;

/**
 * Starts the services and waits until they are ready. Commands that do so at the same time may each start a process;
 * the processes agree on one, the others end with 0, and all commands wait for the one that stays.
 * @throws AppError as the services wrote it to `start-error.json`, or `services-not-started`.
 */
export async function startServer(settings: CliSettings, terminal: Terminal): Promise<StartedServer> {
  const first = !existsSync(join(settings.home, 'server.log'));
  const began = Date.now();
  const deadline = began + settings.serverWaitSeconds * 1000;
  let spawned: SpawnedServer | undefined;
  let spawnedAt = 0;
  while (Date.now() < deadline) {
    const server = await lookForServer(settings.home);
    if (server.kind === 'ready') return server.started;
    const end = spawned?.ended();
    // A process that has the number of the last services but never answers is another program, or hangs.
    const vacant = server.kind === 'none' || Date.now() - began > STRANGER_MS;
    if (vacant && spawned === undefined) {
      terminal.err(
        first
          ? 'starting the services (the first time takes some seconds more) …\n'
          : 'starting the services …\n',
      );
      spawnedAt = Date.now();
      spawned = spawnServer({ home: settings.home, main: settings.serverMain, shell: settings.shell });
    } else if (end !== undefined && end.code !== 0) {
      throw startFailure(settings.home, began, end);
    } else if (end !== undefined && server.kind === 'none' && Date.now() - spawnedAt > 5000) {
      // The other process that ours gave way to is gone as well.
      spawned = undefined;
    }
    await delay(LOOK_EVERY_MS);
  }
  throw new AppError({
    code: 'services-not-started',
    message: `the services were not ready after ${settings.serverWaitSeconds} s`,
    hint: 'See `aml server logs`. AML_SERVER_WAIT sets the seconds to wait.',
    retryable: true,
  });
}

type Look =
  | { readonly kind: 'ready'; readonly started: StartedServer }
  | { readonly kind: 'coming' }
  | { readonly kind: 'none' };

async function lookForServer(home: string): Promise<Look> {
  const file = readServerFile(home);
  if (file === undefined || !isAlive(file.pid)) return { kind: 'none' };
  const token = readToken(home);
  if (token === undefined || !(await isReady(file.url, token, ANSWER_MS))) return { kind: 'coming' };
  const answer = await askStatus(file.url, token, ANSWER_MS);
  if (answer.kind !== 'running') return { kind: 'coming' };
  return { kind: 'ready', started: { url: file.url, token, status: answer.status } };
}

function startFailure(
  home: string,
  since: number,
  end: { readonly code: number | null; readonly signal: string | null },
): AppError {
  const told = readStartError(home, since - 1000);
  if (told !== undefined) return AppError.fromData(told);
  const how = end.signal === null ? `with exit code ${end.code ?? 'unknown'}` : `by ${end.signal}`;
  return new AppError({
    code: 'services-not-started',
    message: `the services ended ${how} while they started\n${lastLines(serverLogPath(home), 12)}`.trimEnd(),
    hint: '`aml server logs` shows all that they wrote.',
  });
}

function lastLines(path: string, lines: number): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
