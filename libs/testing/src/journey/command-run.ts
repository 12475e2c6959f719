import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { waitUntil } from './wait-until';

/** What a command left, as its user saw it. */
export interface Outcome {
  /** 128 + number for an end by a signal that nobody caught, as shells say it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Buffer;
  readonly stderrBytes: Buffer;
  readonly seconds: number;
  /** The JSON that was printed. @throws SyntaxError with what was printed. */
  json<T>(): T;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Another user than that of the tests; root only. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** What the command reads; default: nothing, its end at once. `open` leaves it open for `type`. */
  readonly input?: string | 'open' | undefined;
  /** Seconds after which the command is killed and the test fails. Default: 120. */
  readonly seconds?: number | undefined;
}

interface Piece {
  readonly stream: 'stdout' | 'stderr';
  readonly atSeconds: number;
  readonly bytes: Buffer;
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
};

/** A command while it goes on. */
export class CommandRun {
  readonly pieces: Piece[] = [];
  readonly ended: Promise<Outcome>;
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly began = performance.now();

  constructor(
    private readonly argv: readonly string[],
    private readonly options: CommandOptions,
  ) {
    const [program = '', ...rest] = argv;
    this.child = spawn(program, rest, {
      cwd: options.cwd,
      env: { ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...options.user,
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      this.child[stream].on('data', (bytes: Buffer) =>
        this.pieces.push({ stream, atSeconds: this.secondsSoFar(), bytes }),
      );
    }
    // A command that has ended reads no more.
    this.child.stdin.on('error', () => undefined);
    if (options.input === undefined) this.child.stdin.end();
    else if (options.input !== 'open') this.child.stdin.end(options.input);
    this.ended = this.outcome();
    this.ended.catch(() => undefined);
  }

  get stdout(): string {
    return this.bytes('stdout').toString();
  }

  get stderr(): string {
    return this.bytes('stderr').toString();
  }

  get process(): ChildProcess {
    return this.child;
  }

  /** Writes to a command that was started with `input: 'open'`. */
  type(text: string): void {
    this.child.stdin.write(text);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until a text is there on a stream; seconds since the start of the command. @throws with all that was written. */
  async until(text: string, stream: 'stdout' | 'stderr' = 'stdout', seconds = 30): Promise<number> {
    await waitUntil(
      `${JSON.stringify(text)} on ${stream} of ${this.argv.join(' ')}`,
      () => {
        if (this[stream].includes(text)) return true;
        if (this.child.exitCode !== null || this.child.signalCode !== null)
          throw new Error(`ended before it said so`);
        return false;
      },
      seconds,
    ).catch((error: unknown) => {
      throw new Error(
        `${String(error)}\n--- ${this.argv.join(' ')}\n--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`,
        { cause: error },
      );
    });
    return this.secondsSoFar();
  }

  private secondsSoFar(): number {
    return (performance.now() - this.began) / 1000;
  }

  private bytes(stream: 'stdout' | 'stderr'): Buffer {
    return Buffer.concat(this.pieces.filter((piece) => piece.stream === stream).map((piece) => piece.bytes));
  }

  private outcome(): Promise<Outcome> {
    const { argv, options, child } = this;
    return new Promise((resolve, reject) => {
      const seconds = options.seconds ?? 120;
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(
          new Error(
            `not ended after ${seconds} s: ${argv.join(' ')}\n--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`,
          ),
        );
      }, seconds * 1000);
      child.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        const { stdout, stderr } = this;
        resolve({
          exitCode: code ?? 128 + (SIGNALS[signal ?? ''] ?? 0),
          stdout,
          stderr,
          stdoutBytes: this.bytes('stdout'),
          stderrBytes: this.bytes('stderr'),
          seconds: this.secondsSoFar(),
          json: <T>() => {
            try {
              return JSON.parse(stdout) as T;
            } catch (cause) {
              throw new Error(`no JSON from ${argv.join(' ')}:\n${stdout}\n--- stderr\n${stderr}`, { cause });
            }
          },
        });
      });
    });
  }
}
