import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { PostgresBinaries } from './postgres-binaries';
import { corruptDatabase, initFailed, startFailed, wrongVersion } from './postgres-failure';
import { findPostgres } from './postgres-process';

const run = promisify(execFile);
const DATABASE = 'aml';
const ROLE = 'aml';

/** For one machine and few connections: little memory, no network, everything that is committed is on the disk. */
const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0777',
  max_connections: '80',
  shared_buffers: '16MB',
  io_method: 'sync',
  max_worker_processes: '1',
  max_parallel_workers: '0',
  max_logical_replication_workers: '0',
  jit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  autovacuum_max_workers: '1',
  logging_collector: 'off',
} as const;

/** Whom the server runs as: it refuses root, so as root it gets the uid and gid of another user. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** The built-in server on one folder: `data`, `password`, `socket` and `postgres.log` below it. */
export class PostgresServer {
  readonly data: string;
  private readonly log: string;
  private readonly passwordFile: string;

  constructor(
    private readonly binaries: PostgresBinaries,
    private readonly base: string,
    private readonly user: ServerUser,
  ) {
    this.data = join(base, 'data');
    this.log = join(base, 'postgres.log');
    this.passwordFile = join(base, 'password');
  }

  /** Makes the data folder, whole or not at all: a run that is killed in the middle leaves only a temporary name. */
  async prepare(): Promise<void> {
    const present = await readFile(join(this.data, 'PG_VERSION'), 'utf8').catch(() => undefined);
    if (present !== undefined) return this.checkVersion(present.trim());
    if (await stat(this.data).catch(() => undefined)) {
      throw corruptDatabase(this.base, this.log, 'PG_VERSION is missing');
    }
    const temporary = `${this.data}.new`;
    try {
      await this.init(temporary);
    } catch (error) {
      throw await initFailed(this.base, error);
    }
    await rename(temporary, this.data);
  }

  /** @returns the pid of the server, and whether it was found running. */
  async start(): Promise<{ pid: number; adopted: boolean }> {
    const running = await findPostgres(this.data);
    const pid = running ?? (await this.spawn());
    await this.ensureDatabase(pid);
    return { pid, adopted: running !== undefined };
  }

  async url(database = DATABASE): Promise<string> {
    const password = (await readFile(this.passwordFile, 'utf8')).trim();
    const socket = encodeURIComponent(await this.socketFolder());
    return `postgres://${ROLE}:${password}@/${database}?host=${socket}`;
  }

  private checkVersion(dataVersion: string): void {
    const { version } = this.binaries;
    if (dataVersion !== version.split('.')[0]) throw wrongVersion(this.base, dataVersion, version);
  }

  private async init(folder: string): Promise<void> {
    const pwfile = `${folder}.password`;
    await rm(folder, { recursive: true, force: true });
    const password = randomBytes(24).toString('base64url');
    await writeFile(this.passwordFile, password, { mode: 0o600 });
    await mkdir(folder, { mode: 0o700 });
    await this.give(folder);
    await writeFile(pwfile, password, { mode: 0o600 });
    await this.give(pwfile);
    const initdb = join(this.binaries.folder, 'bin/initdb');
    const where = [`--pgdata=${folder}`, `--username=${ROLE}`, `--pwfile=${pwfile}`];
    const how = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
    await run(initdb, [...where, ...how], { env: this.environment(), cwd: '/', ...this.user });
    await rm(pwfile, { force: true });
  }

  private async spawn(): Promise<number> {
    const settings = { ...SETTINGS, unix_socket_directories: await this.socketFolder() };
    const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const log = openSync(this.log, 'a', 0o600);
    const child = spawn(join(this.binaries.folder, 'bin/postgres'), ['-D', this.data, ...parameters], {
      detached: true,
      stdio: ['ignore', log, log],
      env: this.environment(),
      cwd: '/',
      ...this.user,
    });
    closeSync(log);
    let gone = false;
    const exited = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(String(code ?? signal ?? 'unknown')));
      child.once('error', (error) => resolve(error.message));
    });
    void exited.then(() => (gone = true));
    child.unref();
    const ended = await Promise.race([exited, this.answers(() => gone)]);
    if (ended === 'ready' && child.pid !== undefined) return child.pid;
    const tail = (await readFile(this.log, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-3);
    throw await startFailed(this.base, this.log, `the server ended with ${ended}: ${tail.join(' | ')}`);
  }

  private async answers(isGone: () => boolean): Promise<'ready' | 'no answer in 60 s'> {
    for (let attempt = 0; attempt < 2_400 && !isGone(); attempt++) {
      const connectionString = await this.url('postgres');
      const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
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
      const reason = error instanceof Error ? error.message : String(error);
      throw corruptDatabase(this.base, this.log, `the server with pid ${pid} refuses us: ${reason}`);
    } finally {
      await client.end();
    }
  }

  /** Inside the data folder's parent; where that path is too long for a socket (107 bytes), under the temporary folder. */
  private async socketFolder(): Promise<string> {
    const inside = join(this.base, 'socket');
    const short = createHash('sha256').update(this.base).digest('hex').slice(0, 12);
    const folder = Buffer.byteLength(inside) > 85 ? join(tmpdir(), `aml-pg-${short}`) : inside;
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
    const { uid, gid } = this.user;
    if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
  }
}
