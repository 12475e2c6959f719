import { connectServices } from '@aml/api-client';
import { FolderBlobStore } from '@aml/blob-store';
import { claimDatabase, describeDatabase, startEmbeddedPostgres, type EmbeddedPostgres } from '@aml/database';
import { DispatchedRuns } from '@aml/dispatcher';
import { RequestStore } from '@aml/environment-builder';
import { EventLog } from '@aml/messaging';
import {
  eventProblems,
  prepareHttp,
  ServiceMetrics,
  TokenAuthenticator,
  type Logger,
  type ServicePlatform,
} from '@aml/service-kit';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { StandaloneModule } from './app.module';
import { Closers } from './closers';
import { IdleStop } from './idle-stop';
import { listen } from './listen';
import { processStartTime } from './process-start-time';
import { registerServices, SERVICES } from './register-services';
import type { ServerFiles } from './server-files';
import { ServerState } from './server-state';
import type { AllSettings } from './settings';

export interface StartInput {
  readonly files: ServerFiles;
  readonly settings: AllSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder with `python/` and `deploy/`. */
  readonly packageRoot: string;
  readonly version: string;
  readonly log: Logger;
  /** Called when the server wants to end: asked to, or idle. */
  readonly stop: () => void;
}

export interface RunningServer {
  readonly url: string;
  /** Ends everything but the runs: they go on, and the next server finds them. */
  close(): Promise<void>;
}

/** Database, log, blobs, five services, routes, work: in this order; a failure, and `close`, take them back in the opposite one. */
export async function startServer(input: StartInput): Promise<RunningServer> {
  const closers = new Closers(input.log);
  try {
    const url = await start(input, closers);
    return { url, close: () => closers.close() };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start(input: StartInput, closers: Closers): Promise<string> {
  const { files, log, version } = input;
  const settings = input.settings.standalone;
  const database = await openDatabase(input);
  closers.add('database', async () => database?.stop());
  const databaseUrl = settings.DATABASE_URL ?? database?.url ?? '';
  // The built-in database is protected by the lock of the home folder.
  if (!database) closers.add('claim', await claimDatabase(databaseUrl));
  const events = await EventLog.open(databaseUrl);
  closers.add('event log', () => events.close());
  const token = await files.token();
  const metrics = new ServiceMetrics();
  const state = new ServerState({
    version,
    database: () =>
      database
        ? `embedded (pid ${database.pid}, ${database.dataFolder})`
        : `external (${describeDatabase(databaseUrl)})`,
    idleStopSeconds: settings.AML_IDLE_STOP_SECONDS,
    home: files.home,
    events,
    stop: input.stop,
  });
  const blobs = new FolderBlobStore(join(files.home, 'blobs'));
  await blobs.removeUnfinished();
  const platform: ServicePlatform = {
    version,
    databaseUrl,
    events,
    blobs,
    services: connectServices({ urlOf: (service) => `${state.url}/${service}`, token }),
    log,
    subscription: (service) => eventProblems(service, log, metrics),
  };
  const app = await createApp(platform, input, state, metrics);
  closers.add('routes', () => app.close());
  const idle = new IdleStop(settings.AML_IDLE_STOP_SECONDS, () => state.isBusy(), input.stop);
  app.use(countRequests(idle));
  const { username } = userInfo();
  const caller = { userId: username, userName: username, identity: 'machine-user' as const };
  const authenticator = new TokenAuthenticator(token, caller);
  prepareHttp(app, { authenticator, events, metrics, log, groups: Object.keys(SERVICES) });
  state.watch(app.get(DispatchedRuns, { strict: false }), app.get(RequestStore, { strict: false }));
  state.url = await listen(app, settings.AML_PORT);
  for (const [name, service] of Object.entries(SERVICES)) {
    const working = app.get(service, { strict: false });
    closers.add(name, () => working.end());
    await working.begin();
  }
  await files.announce({
    pid: process.pid,
    startTime: await processStartTime(process.pid),
    url: state.url,
    version,
    database: database ? 'embedded' : 'external',
    startedAt: new Date().toISOString(),
  });
  closers.add('announcement', () => files.withdraw());
  idle.start();
  closers.add('idle stop', async () => idle.end());
  return state.url;
}

async function openDatabase({ settings, files, log }: StartInput): Promise<EmbeddedPostgres | undefined> {
  if (settings.standalone.DATABASE_URL !== undefined) return undefined;
  return startEmbeddedPostgres({ folder: files.home, note: (line) => log.info({ line }, 'database') });
}

async function createApp(
  platform: ServicePlatform,
  input: StartInput,
  state: ServerState,
  metrics: ServiceMetrics,
): Promise<NestExpressApplication> {
  const modules = await registerServices(platform, input);
  return NestFactory.create<NestExpressApplication>(StandaloneModule.compose(modules, state, metrics), {
    bodyParser: false,
    logger: ['error', 'warn'],
    abortOnError: false,
    forceCloseConnections: true,
  });
}

function countRequests(idle: IdleStop) {
  return (
    _request: unknown,
    response: { once(event: 'close', listener: () => void): void },
    next: () => void,
  ): void => {
    response.once('close', idle.requestBegan());
    next();
  };
}
