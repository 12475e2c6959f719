import { AppError } from '@aml/errors';
import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import {
  findPostgresBinaries,
  othersCanEnter,
  reachableBinaries,
  type PostgresBinaries,
} from './postgres-binaries';

const run = promisify(execFile);
const DATABASE = 'aml';
const ROLE = 'aml';

export interface EmbeddedPostgresOptions {
  /** Where data, password and log live: `FOLDER/database`. */
  readonly folder: string;
  /** As root, where a data folder goes that the server's user cannot reach below `folder`, and shared binaries. Default /var/lib/aml. */
  readonly sharedRoot?: string;
  readonly note: (line: string) => void;
}

export interface EmbeddedPostgres {
  readonly url: string;
  readonly pid: number;
  readonly dataFolder: string;
  /** True where a server was found running that an earlier process of ours left behind. */
  readonly adopted: boolean;
  /** Ends the server; waits until it is gone. */
  stop(): Promise<void>;
}

/** Whom the server runs as: it refuses root, so as root it gets the uid and gid of `nobody`. */
interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * The real Postgres server with its socket inside the data folder: made on first use, adopted where it is already
 * running (after a SIGKILL of whoever started it), never started twice.
 * @throws AppError `database-binaries-missing`, `database-version`, `database-corrupt`, `disk-full`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const sharedRoot = options.sharedRoot ?? '/var/lib/aml';
  const found = await findPostgresBinaries(process.platform, process.arch);
  const asRoot = process.getuid?.() === 0;
  const user = asRoot ? await lookUpNobody() : {};
  const binaries = asRoot ? await reachableBinaries(found, sharedRoot) : found;
  const base = await databaseFolder(options, asRoot, sharedRoot);
  await mkdir(base, { recursive: true, mode: 0o755 });
  const server = new Server(binaries, base, user, options.note);
  await server.prepare();
  return server.start();
}

async function databaseFolder(
  options: EmbeddedPostgresOptions,
  asRoot: boolean,
  sharedRoot: string,
): Promise<string> {
  await mkdir(options.folder, { recursive: true, mode: 0o755 });
  if (!asRoot || (await othersCanEnter(options.folder))) return join(options.folder, 'database');
  const folder = join(sharedRoot, `database-${shortHash(options.folder)}`);
  options.note(`the database's user cannot enter ${options.folder}; its data is kept in ${folder}`);
  return folder;
}

async function lookUpNobody(): Promise<ServerUser> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, , uid, gid] =
    passwd
      .split('\n')
      .find((line) => line.startsWith('nobody:'))
      ?.split(':') ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

class Server {
  private readonly data: string;
  private readonly log: string;
  private readonly passwordFile: string;

  constructor(
    private readonly binaries: PostgresBinaries,
    private readonly base: string,
    private readonly user: ServerUser,
    private readonly note: (line: string) => void,
  ) {
    this.data = join(base, 'data');
    this.log = join(base, 'postgres.log');
    this.passwordFile = join(base, 'password');
  }

  /** Makes the data folder, whole or not at all: a run that is killed in the middle leaves only a temporary name. */
  async prepare(): Promise<void> {
    const present = await readFile(join(this.data, 'PG_VERSION'), 'utf8').catch(() => undefined);
    if (present !== undefined) return this.checkVersion(present.trim());
    if (await stat(this.data).catch(() => undefined)) throw this.corrupt('PG_VERSION is missing');
    const temporary = `${this.data}.new`;
    const pwfile = `${temporary}.password`;
    await rm(temporary, { recursive: true, force: true });
    const password = randomBytes(24).toString('base64url');
    await writeFile(this.passwordFile, password, { mode: 0o600 });
    await mkdir(temporary, { mode: 0o700 });
    await this.give(temporary);
    try {
      await writeFile(pwfile, password, { mode: 0o600 });
      await this.give(pwfile);
      await run(
        join(this.binaries.folder, 'bin/initdb'),
        [`--pgdata=${temporary}`, `--username=${ROLE}`, `--pwfile=${pwfile}`, '--auth=scram-sha-256'].concat([
          '--encoding=UTF8',
          '--locale=C',
          '--no-instructions',
        ]),
        { env: this.environment(), cwd: '/', ...this.user },
      );
      await rm(pwfile, { force: true });
    } catch (error) {
      throw await this.initFailed(error);
    }
    await rename(temporary, this.data);
  }

  async start(): Promise<EmbeddedPostgres> {
    const running = await this.findRunning();
    if (running) this.note(`adopted the database server with pid ${running}`);
    const pid = running ?? (await this.spawn());
    await this.ensureDatabase(pid);
    return {
      url: await this.url(DATABASE),
      pid,
      dataFolder: this.data,
      adopted: running !== undefined,
      stop: () => stopServer(pid),
    };
  }

  private checkVersion(dataVersion: string): void {
    const major = this.binaries.version.split('.')[0];
    if (dataVersion === major) return;
    throw new AppError({
      code: 'database-version',
      message: `${this.data} was made by Postgres ${dataVersion}; this installation has ${this.binaries.version}`,
      hint: `Use the version of the product that made it, or move ${this.base} away to start with an empty history.`,
      blame: 'user',
    });
  }

  /** The pid of a live server on this data folder. */
  private async findRunning(): Promise<number | undefined> {
    const lines = (await readFile(join(this.data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0 || !(await isPostgres(pid))) return undefined;
    return pid;
  }

  private async spawn(): Promise<number> {
    const sockets = await this.socketFolder();
    const log = openSync(this.log, 'a', 0o600);
    const settings = {
      listen_addresses: '',
      unix_socket_directories: sockets,
      unix_socket_permissions: '0777',
      max_connections: '80',
      shared_buffers: '32MB',
      jit: 'off',
      wal_level: 'minimal',
      max_wal_senders: '0',
      max_wal_size: '256MB',
      autovacuum_max_workers: '1',
      logging_collector: 'off',
    };
    const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(this.binaries.folder, 'bin/postgres'), ['-D', this.data, ...parameters], {
      detached: true,
      stdio: ['ignore', log, log],
      env: this.environment(),
      cwd: '/',
      ...this.user,
    });
    closeSync(log);
    const exited = new Promise<number | string>((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
      child.once('error', (error) => resolve(error.message));
    });
    child.unref();
    const ended = await Promise.race([exited, this.answers()]);
    if (ended !== 'ready' || child.pid === undefined) throw await this.startFailed(ended);
    return child.pid;
  }

  private async answers(): Promise<'ready' | 'no answer in 60 s'> {
    for (let attempt = 0; attempt < 2_400; attempt++) {
      const client = new pg.Client({
        connectionString: await this.url('postgres'),
        connectionTimeoutMillis: 2_000,
      });
      const ready = await client.connect().then(
        () => true,
        () => false,
      );
      await client.end().catch(() => undefined);
      if (ready) return 'ready';
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return 'no answer in 60 s';
  }

  private async ensureDatabase(pid: number): Promise<void> {
    const client = new pg.Client({ connectionString: await this.url('postgres') });
    try {
      await client.connect();
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    } catch (error) {
      throw this.corrupt(
        `the server with pid ${pid} refuses us: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      await client.end();
    }
  }

  private async url(database: string): Promise<string> {
    const password = (await readFile(this.passwordFile, 'utf8')).trim();
    const socket = encodeURIComponent(await this.socketFolder());
    return `postgres://${ROLE}:${password}@/${database}?host=${socket}`;
  }

  /** Inside the data folder's parent; where that path is too long for a socket (107 bytes), under the temporary folder. */
  private async socketFolder(): Promise<string> {
    const inside = join(this.base, 'socket');
    const folder = Buffer.byteLength(inside) > 85 ? join(tmpdir(), `aml-pg-${shortHash(this.base)}`) : inside;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await this.give(folder);
    await chmod(folder, 0o700);
    return folder;
  }

  private environment(): NodeJS.ProcessEnv {
    const lib = join(this.binaries.folder, 'lib');
    return { PATH: '/usr/bin:/bin', LANG: 'C', TZ: 'UTC', LD_LIBRARY_PATH: lib, DYLD_LIBRARY_PATH: lib };
  }

  private async give(path: string): Promise<void> {
    if (this.user.uid !== undefined && this.user.gid !== undefined)
      await chown(path, this.user.uid, this.user.gid);
  }

  private async initFailed(error: unknown): Promise<AppError> {
    if (await diskIsFull(this.base)) return diskFull(this.base, error);
    const output = (error as { stderr?: string }).stderr ?? '';
    return new AppError({
      code: 'database-init-failed',
      message: `the built-in database could not be made in ${this.base}: ${lastLine(output)}`,
      hint: 'Move AML_HOME to another folder, or set DATABASE_URL.',
      cause: error,
    });
  }

  private async startFailed(reason: number | string): Promise<AppError> {
    if (await diskIsFull(this.base)) return diskFull(this.base, undefined);
    const tail = (await readFile(this.log, 'utf8').catch(() => ''))
      .trimEnd()
      .split('\n')
      .slice(-3)
      .join(' | ');
    return this.corrupt(`the server ended with ${reason}: ${tail}`);
  }

  private corrupt(reason: string): AppError {
    return new AppError({
      code: 'database-corrupt',
      message: `the database in ${this.data} does not start: ${reason}`,
      hint: `Its log is ${this.log}. Restore the folder from a backup, or move ${this.base} away to start with an empty history.`,
      blame: 'user',
    });
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EPERM') return false;
  }
  const command = await run('ps', ['-o', 'comm=,stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return command.stdout.includes('postgres') && !/\sZ/.test(command.stdout);
}

async function stopServer(pid: number): Promise<void> {
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGKILL'];
  for (const signal of signals) {
    if (!(await isPostgres(pid))) return;
    process.kill(pid, signal);
    for (let waited = 0; waited < 10_000; waited += 25) {
      if (!(await isPostgres(pid))) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

async function diskIsFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < 64 * 1024 * 1024;
}

function diskFull(folder: string, cause: unknown): AppError {
  return new AppError({
    code: 'disk-full',
    message: `there is no room for the database in ${folder}`,
    hint: 'Free some space (at least 64 MB), or move AML_HOME to another disk.',
    blame: 'target',
    retryable: true,
    cause,
  });
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
