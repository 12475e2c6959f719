import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmodSync, chownSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandRun, type CommandOptions, type Outcome } from './command-run';
import { ProjectFolder, type ProjectFiles } from './project-folder';
import { isProcessAlive, processesWith } from './processes';
import { waitUntil } from './wait-until';

/** The user `nobody` of a Debian machine: an ordinary user whom root can become. */
export const ORDINARY_USER = { uid: 65_534, gid: 65_534 };
export const isRoot = process.getuid?.() === 0;

/** The root of the repository, or of the installed package that `AML_JOURNEY_ROOT` names. */
export const packageRoot =
  process.env['AML_JOURNEY_ROOT'] ?? join(dirname(fileURLToPath(import.meta.url)), '../../../..');

export interface JourneyOptions {
  /** Settings of the services and the command line. */
  readonly env?: Readonly<Record<string, string>>;
  /** Who types; default: who runs the tests. Root can become another. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

export type AmlOptions = Partial<Omit<CommandOptions, 'user'>>;

/** One person at one machine: a home folder, services of their own, projects, and what they type. */
export class Journey {
  readonly home: string;
  readonly userHome: string;
  readonly env: Readonly<Record<string, string>>;

  private constructor(
    readonly folder: string,
    private readonly options: JourneyOptions,
  ) {
    this.home = join(folder, 'aml-home');
    this.userHome = join(folder, 'home');
    this.makeFolder(this.userHome);
    this.env = { ...surroundings(), HOME: this.userHome, AML_HOME: this.home, ...options.env };
  }

  static begin(name: string, options: JourneyOptions = {}): Journey {
    const folder = mkdtempSync(join(tmpdir(), `aml-journey-${name}-`));
    chmodSync(folder, 0o755);
    if (options.user) chownSync(folder, options.user.uid, options.user.gid);
    return new Journey(folder, options);
  }

  /** A folder of the journey, of the person who types. */
  makeFolder(path: string): string {
    mkdirSync(path, { recursive: true });
    const { user } = this.options;
    if (user) chownSync(path, user.uid, user.gid);
    return path;
  }

  /** A project made by `aml project create`, with these files beside. */
  async project(name: string, files: ProjectFiles = {}): Promise<ProjectFolder> {
    await this.succeed(['project', 'create', '-n', name], { cwd: this.folder });
    const project = this.at(join(this.folder, name));
    project.write(files);
    return project;
  }

  /** A folder with these files and nothing else. */
  bareProject(name: string, files: ProjectFiles): ProjectFolder {
    const project = this.at(this.makeFolder(join(this.folder, name)));
    project.write(files);
    return project;
  }

  at(path: string): ProjectFolder {
    return new ProjectFolder(this, path, this.options.user);
  }

  /** Starts a command and lets it go on. */
  start(words: readonly string[], options: AmlOptions = {}): CommandRun {
    return this.startProgram([join(packageRoot, 'aml'), ...words], options);
  }

  /** Types a command and waits for its end. */
  aml(words: readonly string[], options: AmlOptions = {}): Promise<Outcome> {
    return this.start(words, options).ended;
  }

  /** Types a command that has to succeed. @throws with all that it wrote. */
  async succeed(words: readonly string[], options: AmlOptions = {}): Promise<Outcome> {
    const outcome = await this.aml(words, options);
    if (outcome.exitCode === 0) return outcome;
    throw new Error(
      `aml ${words.join(' ')} ended with ${outcome.exitCode}\n--- stdout\n${outcome.stdout}\n--- stderr\n${outcome.stderr}`,
    );
  }

  /** Starts a command on a terminal of its own: both streams on stdout, what is typed goes through `type`. */
  startOnTerminal(words: readonly string[], options: AmlOptions = {}): CommandRun {
    const terminal = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
    return this.startProgram(
      ['/usr/bin/env', 'python3', '-c', terminal, join(packageRoot, 'aml'), ...words],
      {
        input: 'open',
        ...options,
      },
    );
  }

  /** Any program, as the person of this journey. */
  startProgram(argv: readonly string[], options: AmlOptions = {}): CommandRun {
    const { env, ...rest } = options;
    return new CommandRun(argv, {
      cwd: this.folder,
      user: this.options.user,
      ...rest,
      env: { ...this.env, ...env },
    });
  }

  /** The process of the services; undefined where none runs. */
  serverPid(): number | undefined {
    const pid = this.readServerFile()?.pid;
    return pid !== undefined && isProcessAlive(pid) ? pid : undefined;
  }

  /** Ends the services as a power cut would, and waits until they are gone. */
  async killServer(): Promise<number> {
    const pid = this.serverPid();
    if (pid === undefined) throw new Error('no services run');
    process.kill(pid, 'SIGKILL');
    await waitUntil(`process ${pid} is gone`, () => !isProcessAlive(pid));
    return pid;
  }

  /** The first process of the built-in database. */
  databasePid(): number | undefined {
    const path = join(this.home, 'database/data/postmaster.pid');
    if (!existsSync(path)) return undefined;
    const pid = Number(readFileSync(path, 'utf8').split('\n')[0]);
    return isProcessAlive(pid) ? pid : undefined;
  }

  serverUrl(): string {
    return this.readServerFile()?.url ?? '';
  }

  /** Stops the services, ends what is left of the runs, removes everything. */
  async end(): Promise<void> {
    if (this.serverPid() !== undefined) {
      await this.aml(['server', 'stop', '--force'], { seconds: 30 }).catch(() => undefined);
    }
    for (let round = 0; round < 3; round += 1) {
      for (const pid of processesWith(this.folder)) killQuietly(pid);
    }
    execFileSync('chmod', ['-R', 'u+rwX', this.folder]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private readServerFile(): { readonly pid: number; readonly url: string } | undefined {
    const path = join(this.home, 'server.json');
    return existsSync(path)
      ? (JSON.parse(readFileSync(path, 'utf8')) as { readonly pid: number; readonly url: string })
      : undefined;
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The environment of the tests without what belongs to a person's installation. */
function surroundings(): Record<string, string> {
  const left =
    /^(AML_|DATABASE_URL$|VIRTUAL_ENV$|CONDA_|FORCE_COLOR$|NODE_OPTIONS$|VITEST|TEST$|NODE_ENV$|XDG_|npm_|INIT_CWD$|PYTHON)/;
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !left.test(name)) environment[name] = value;
  }
  // Programs of the workspace's packages are no part of a person's shell.
  const path = (environment['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  return { ...environment, PATH: path.join(':') };
}
