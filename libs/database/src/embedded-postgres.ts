import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { findPostgresBinaries, othersCanEnter, reachableBinaries } from './postgres-binaries';
import { stopPostgres } from './postgres-process';
import { PostgresServer, type ServerUser } from './postgres-server';

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

/**
 * The real Postgres server with its socket inside the data folder: made on first use, adopted where it is already
 * running (after a SIGKILL of whoever started it), never started twice.
 * @throws AppError `database-binaries-missing`, `database-version`, `database-corrupt`, `disk-full`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const sharedRoot = options.sharedRoot ?? '/var/lib/aml';
  const found = await findPostgresBinaries(process.platform, process.arch);
  const asRoot = process.getuid?.() === 0;
  const binaries = asRoot ? await reachableBinaries(found, sharedRoot) : found;
  const base = await databaseFolder(options, asRoot, sharedRoot);
  const server = new PostgresServer(binaries, base, asRoot ? await lookUpNobody() : {});
  await server.prepare();
  const { pid, adopted } = await server.start();
  if (adopted) options.note(`adopted the database server with pid ${pid}`);
  return { url: await server.url(), pid, dataFolder: server.data, adopted, stop: () => stopPostgres(pid) };
}

async function databaseFolder(
  options: EmbeddedPostgresOptions,
  asRoot: boolean,
  sharedRoot: string,
): Promise<string> {
  await mkdir(options.folder, { recursive: true, mode: 0o755 });
  let folder = join(options.folder, 'database');
  if (asRoot && !(await othersCanEnter(options.folder))) {
    const short = createHash('sha256').update(options.folder).digest('hex').slice(0, 12);
    folder = join(sharedRoot, `database-${short}`);
    options.note(`the database's user cannot enter ${options.folder}; its data is kept in ${folder}`);
  }
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return realpath(folder);
}

async function lookUpNobody(): Promise<ServerUser> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const line = passwd.split('\n').find((each) => each.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}
