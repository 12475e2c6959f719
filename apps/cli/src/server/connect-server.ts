import { connectServices, type ServiceClients } from '@aml/api-client';
import { AppError } from '@aml/errors';
import type { Terminal } from '../output/terminal';
import type { CliSettings } from '../settings';
import { CLI_VERSION } from '../version';
import { readServerFile, readToken } from './server-files';
import { askStatus, isAlive, type ServerStatus } from './server-status';
import { startServer } from './start-server';
import { stopServer } from './stop-server';

/** The services and the token they take. */
export interface ServerConnection extends ServiceClients {
  readonly status: ServerStatus;
  readonly token: string;
}

export type FoundServer =
  | { readonly kind: 'running'; readonly status: ServerStatus; readonly url: string; readonly token: string }
  | { readonly kind: 'starting'; readonly pid: number; readonly url: string }
  | { readonly kind: 'none' };

const ANSWER_MS = 2000;

/**
 * Looks for running services without starting any.
 * @throws AppError `not-signed-in` where services answer that do not take our token.
 */
export async function findServer(home: string): Promise<FoundServer> {
  const file = readServerFile(home);
  const token = readToken(home);
  if (file === undefined || !isAlive(file.pid)) return { kind: 'none' };
  if (token === undefined) return { kind: 'starting', pid: file.pid, url: file.url };
  const answer = await askStatus(file.url, token, ANSWER_MS);
  if (answer.kind === 'running') return { kind: 'running', status: answer.status, url: file.url, token };
  if (answer.kind === 'refused' && (answer.httpStatus === 401 || answer.httpStatus === 403)) {
    throw new AppError({
      code: 'not-signed-in',
      message: `the services at ${file.url} do not accept the token in ${home}/token`,
      hint: 'Run `aml login` as the user who started them, or `aml server stop` and try again.',
      blame: 'user',
    });
  }
  return { kind: 'starting', pid: file.pid, url: file.url };
}

/** The services: those that run, else newly started ones, said once on stderr. */
export async function connectServer(settings: CliSettings, terminal: Terminal): Promise<ServerConnection> {
  const found = await findServer(settings.home);
  if (found.kind !== 'running') return connection(await startServer(settings, terminal));
  if (found.status.version === CLI_VERSION) return connection(found);
  const versions = `services of version ${found.status.version} are running and this is version ${CLI_VERSION}`;
  if (found.status.activeRuns > 0) {
    terminal.err(`warning: ${versions}; they are restarted when no run is active\n`);
    return connection(found);
  }
  terminal.err(`${versions}: restarting them\n`);
  await stopServer(found, { force: false });
  return connection(await startServer(settings, terminal));
}

function connection(server: {
  readonly url: string;
  readonly token: string;
  readonly status: ServerStatus;
}): ServerConnection {
  const clients = connectServices({ urlOf: (service) => `${server.url}/${service}`, token: server.token });
  return { ...clients, status: server.status, token: server.token };
}
