import { connectServices } from '@aml/api-client';
import { FolderBlobStore } from '@aml/blob-store';
import { ConfigServiceModule, ConfigServiceSettings } from '@aml/config-service';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@aml/database';
import { DispatchedRuns, DispatcherModule, DispatcherSettings } from '@aml/dispatcher';
import { connectDocker } from '@aml/docker-client';
import { EnvironmentBuilderModule, EnvironmentBuilderSettings } from '@aml/environment-builder';
import { AppError } from '@aml/errors';
import { EventLog } from '@aml/messaging';
import { RunHistoryModule, RunHistorySettings } from '@aml/run-history';
import { loadKeyFile, SecretBox } from '@aml/secrets';
import {
  parseSettings,
  prepareHttp,
  ServiceMetrics,
  TokenAuthenticator,
  type Logger,
  type ServicePlatform,
} from '@aml/service-kit';
import { TargetRegistryModule, TargetRegistrySettings } from '@aml/target-registry';
import { createTargetDrivers } from '@aml/targets';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { StandaloneModule } from './app.module';
import { IdleStop } from './idle-stop';
import { processStartTime } from './process-start-time';
import type { ServerFiles } from './server-files';
import { ServerState } from './server-state';
import type { StandaloneSettings } from './settings';

export interface StartInput {
  readonly files: ServerFiles;
  readonly settings: StandaloneSettings;
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

/** Database, log, blobs, five services, routes: in this order. */
export async function startServer(input: StartInput): Promise<RunningServer> {
  const { files, settings, log } = input;
  const database = await openDatabase(input);
  const databaseUrl = settings.DATABASE_URL ?? database?.url ?? '';
  const events = await EventLog.open(databaseUrl);
  const token = await files.token();
  const port = settings.AML_PORT === 0 ? await freePort() : settings.AML_PORT;
  const url = `http://127.0.0.1:${port}`;
  const services = connectServices({ urlOf: (service) => `${url}/${service}`, token });
  const platform: ServicePlatform = {
    version: input.version,
    databaseUrl,
    events,
    blobs: new FolderBlobStore(join(files.home, 'blobs')),
    services,
    log,
  };
  const metrics = new ServiceMetrics();
  const state = new ServerState({
    url,
    version: input.version,
    database: () =>
      database
        ? `embedded (pid ${database.pid}, ${database.dataFolder})`
        : `external (${new URL(databaseUrl).host})`,
    idleStopSeconds: settings.AML_IDLE_STOP_SECONDS,
    home: files.home,
    events,
    stop: input.stop,
  });
  const modules = await registerServices(platform, input);
  const app = await NestFactory.create<NestExpressApplication>(
    StandaloneModule.compose(modules, state, metrics),
    {
      bodyParser: false,
      logger: ['error', 'warn'],
      abortOnError: false,
    },
  );
  const idle = new IdleStop(
    settings.AML_IDLE_STOP_SECONDS,
    async () => (await state.activeRuns()) > 0,
    input.stop,
  );
  app.use(
    (
      request: { path: string; headers: Record<string, unknown> },
      response: { once(event: string, listener: () => void): void },
      next: () => void,
    ) => {
      if (request.headers['user-agent'] !== 'aml-services') {
        const ended = idle.requestBegan();
        response.once('close', ended);
      }
      next();
    },
  );
  const { username } = userInfo();
  const authenticator = new TokenAuthenticator(token, {
    userId: username,
    userName: username,
    identity: 'machine-user',
  });
  prepareHttp(app, { authenticator, events, metrics, log, groups: Object.keys(modules) });
  state.watch(app.get(DispatchedRuns, { strict: false }));
  await listen(app, port);
  idle.start();
  await files.announce({
    pid: process.pid,
    startTime: await processStartTime(process.pid),
    url,
    version: input.version,
    database: database ? 'embedded' : 'external',
    startedAt: new Date().toISOString(),
  });
  return {
    url,
    close: async () => {
      idle.end();
      await files.withdraw();
      app.getHttpServer().closeAllConnections();
      await app.close();
      await events.close();
      await database?.stop();
    },
  };
}

async function openDatabase({ settings, files, log }: StartInput): Promise<EmbeddedPostgres | undefined> {
  if (settings.DATABASE_URL !== undefined) return undefined;
  return startEmbeddedPostgres({ folder: files.home, note: (line) => log.info({ line }, 'database') });
}

async function registerServices(
  platform: ServicePlatform,
  { settings, files, environment, packageRoot }: StartInput,
) {
  const engine = connectDocker({ env: environment });
  const drivers = createTargetDrivers({
    workRoot: settings.AML_WORK_ROOT ?? join(files.home, 'work'),
    runtime: {
      sdkFolder: join(packageRoot, 'python/sdk'),
      supervisorFolder: join(packageRoot, 'python/supervisor'),
    },
    engine,
  });
  const secretBox = new SecretBox(await loadKeyFile(join(files.home, 'secret-key')));
  const dispatcher = parseSettings(DispatcherSettings, {
    AML_LEASES_ARE_STALE_AT_START: 'true',
    ...environment,
  });
  const deploy = join(packageRoot, 'deploy');
  return {
    'target-registry': await TargetRegistryModule.register(
      platform,
      parseSettings(TargetRegistrySettings, environment),
      { drivers, secretBox },
    ),
    'config-service': await ConfigServiceModule.register(
      platform,
      parseSettings(ConfigServiceSettings, environment),
    ),
    'environment-builder': await EnvironmentBuilderModule.register(
      platform,
      parseSettings(EnvironmentBuilderSettings, environment),
      { engine, deploy },
    ),
    dispatcher: await DispatcherModule.register(platform, dispatcher, drivers),
    'run-history': await RunHistoryModule.register(platform, parseSettings(RunHistorySettings, environment)),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function listen(app: NestExpressApplication, port: number): Promise<void> {
  try {
    await app.listen(port, '127.0.0.1');
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    throw new AppError({
      code: 'port-in-use',
      message: `the port ${port} of 127.0.0.1 is in use by another program`,
      hint: 'Unset AML_PORT, or set it to another port; `ss -ltnp` shows who has it.',
      blame: 'user',
      cause: error,
    });
  }
}
