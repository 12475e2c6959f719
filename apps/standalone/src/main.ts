import 'reflect-metadata';
import { createLog, parseSettings } from '@aml/service-kit';
import { exitCodeOf, toAppError } from '@aml/errors';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServerFiles } from './server-files';
import { ServerLock } from './server-lock';
import { defaultHome, StandaloneSettings } from './settings';
import { startServer, type RunningServer } from './start-server';

const packageRoot = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  version: string;
};

async function main(): Promise<number> {
  const files = new ServerFiles(process.env['AML_HOME'] || defaultHome(process.env));
  let lock: ServerLock | undefined;
  try {
    await files.makeHome();
    lock = await ServerLock.take(files.home);
    if (!lock) return 0;
    await files.forgetStartError();
    const settings = parseSettings(StandaloneSettings, process.env);
    const log = createLog(settings.AML_LOG_LEVEL);
    let requestStop: () => void = () => undefined;
    const stopRequested = new Promise<void>((resolve) => (requestStop = resolve));
    process.once('SIGTERM', requestStop);
    process.once('SIGINT', requestStop);
    process.on('unhandledRejection', (error) =>
      log.error(
        { error: toAppError(error).toData(), stack: toAppError(error).stack },
        'a failure was not handled',
      ),
    );
    const server: RunningServer = await startServer({
      files,
      settings,
      environment: process.env,
      packageRoot,
      version,
      log,
      stop: requestStop,
    });
    log.info({ url: server.url, version, pid: process.pid }, 'ready');
    await stopRequested;
    log.info({}, 'stopping');
    await server.close();
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

process.exit(await main());
