import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { findPostgresBinaries, othersCanEnter, reachableBinaries } from './postgres-binaries';
import { findPostgres, stopPostgres } from './postgres-process';
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
  /** Another one after the server was lost and started again. */
  readonly pid: number;
  readonly dataFolder: string;
  /** True where a server was found running that an earlier process of ours left behind. */
  readonly adopted: boolean;
  /** Ends the server; waits until it is gone. */
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 500;

/**
 * The real Postgres server with its socket inside the data folder: made on first use, adopted where it is already
 * running (after a SIGKILL of whoever started it), never started twice. Where it is lost it is started again.
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
  const watch = new PostgresWatch(server, pid, options.note);
  return {
    url: await server.url(),
    get pid() {
      return watch.pid;
    },
    dataFolder: server.data,
    adopted,
    stop: () => watch.stop(),
  };
}

/** Starts the server again where something else has ended it, such as the kernel for want of memory. */
class PostgresWatch {
  private readonly timer: NodeJS.Timeout;
  private looking: Promise<void> | undefined;
  private failed = false;
  private stopped = false;

  constructor(
    private readonly server: PostgresServer,
    public pid: number,
    private readonly note: (line: string) => void,
  ) {
    this.timer = setInterval(() => {
      this.looking ??= this.look()
        .catch((error: unknown) => {
          if (!this.failed) note(`the database server is gone and does not start: ${String(error)}`);
          this.failed = true;
        })
        .finally(() => (this.looking = undefined));
    }, LOOK_EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.looking;
    await stopPostgres(this.pid);
  }

  private async look(): Promise<void> {
    if (this.stopped || (await findPostgres(this.server.data)) === this.pid) return;
    if (this.stopped) return;
    const lost = this.pid;
    this.pid = (await this.server.start()).pid;
    this.failed = false;
    this.note(`the database server with pid ${lost} was lost; started again with pid ${this.pid}`);
  }
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
