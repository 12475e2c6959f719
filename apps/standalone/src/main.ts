import 'reflect-metadata';
import { createLog, parseSettings } from '@aml/service-kit';
import { exitCodeOf, toAppError } from '@aml/errors';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSettingsFile } from './read-settings-file';
import { ServerFiles } from './server-files';
import { ServerLock } from './server-lock';
import { ALL_SETTINGS, defaultHome } from './settings';
import { startServer } from './start-server';

const packageRoot = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  version: string;
};

async function main(): Promise<number> {
  const files = new ServerFiles(process.env['AML_HOME'] || defaultHome(process.env));
  let requestStop: () => void = () => undefined;
  const stopRequested = new Promise<void>((resolve) => (requestStop = resolve));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, requestStop);
  let lock: ServerLock | undefined;
  try {
    await files.makeHome();
    lock = await ServerLock.take(files.home);
    if (!lock) {
      process.stderr.write(`a server of ${files.home} is running already: see \`aml server status\`\n`);
      return 0;
    }
    await files.forgetStartError();
    await serve(files, stopRequested, requestStop, lock);
    return 0;
  } catch (thrown) {
    const error = toAppError(thrown);
    process.stderr.write(`${error.stack ?? error.message}\n`);
    await files.reportStartError(error).catch(() => undefined);
    return exitCodeOf(error);
  } finally {
    await lock?.release();
  }
}

/** From the start to the end of the services. */
async function serve(
  files: ServerFiles,
  stopRequested: Promise<void>,
  requestStop: () => void,
  lock: ServerLock,
): Promise<void> {
  // One process is the only dispatcher of its database: what an earlier one had leased is free.
  const kept = await readSettingsFile(join(files.home, 'settings.env'));
  const environment = { AML_LEASES_ARE_STALE_AT_START: 'true', ...kept, ...process.env };
  const settings = parseSettings(ALL_SETTINGS, environment);
  const log = createLog(settings.standalone.AML_LOG_LEVEL);
  process.on('unhandledRejection', (error) => {
    const { stack } = toAppError(error);
    log.error({ error: toAppError(error).toData(), stack }, 'a failure was not handled');
  });
  const input = { files, settings, environment, packageRoot, version, log, stop: requestStop };
  const server = await startServer(input);
  log.info({ url: server.url, version, pid: process.pid }, 'ready');
  await stopRequested;
  log.info({}, 'stopping');
  await lock.announceStopping();
  await server.close();
}

process.exit(await main());
