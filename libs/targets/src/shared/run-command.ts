import { AppError } from '@aml/errors';
import { spawn } from 'node:child_process';
import type { CommandResult, Host } from './host';
import { errorCode, toHostError } from './host-error';

/** What is kept of each stream of a command; commands of launchers say little. */
const KEPT = 1024 * 1024;

/**
 * Runs a command of this machine to its end, in an environment that holds nothing but `env` (default: a plain PATH).
 * A program that is not there is `program-missing`; one that takes longer than `timeoutMs` (default: a minute) is killed.
 */
export function runCommand(
  argv: readonly string[],
  options: NonNullable<Parameters<Host['run']>[1]>,
): Promise<CommandResult> {
  const [program = '', ...rest] = argv;
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    const child = spawn(program, rest, {
      env: options.env ?? { PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const [stdout, stderr] = [new KeptText(), new KeptText()];
    const abort = (): void => void child.kill('SIGKILL');
    const deadline = setTimeout(abort, options.timeoutMs ?? 60_000);
    options.signal?.addEventListener('abort', abort, { once: true });
    const tidy = (): void => {
      clearTimeout(deadline);
      options.signal?.removeEventListener('abort', abort);
    };
    child.once('error', (error) => {
      tidy();
      reject(
        errorCode(error) === 'ENOENT'
          ? programMissing(program, error)
          : toHostError(error, `run "${program}"`),
      );
    });
    child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
    child.stdin.on('error', () => undefined); // a command may end without having read it
    child.stdin.end(options.stdin ?? '');
    child.once('close', (exitCode) => {
      tidy();
      if (options.signal?.aborted) reject(options.signal.reason as Error);
      else resolve({ exitCode, stdout: stdout.toString(), stderr: stderr.toString() });
    });
  });
}

function programMissing(program: string, cause: unknown): AppError {
  return new AppError({
    code: 'program-missing',
    message: `the program "${program}" is not there`,
    blame: 'target',
    cause,
  });
}

class KeptText {
  private readonly chunks: Buffer[] = [];
  private size = 0;

  add(chunk: Buffer): void {
    if (this.size < KEPT) this.chunks.push(chunk.subarray(0, KEPT - this.size));
    this.size += chunk.length;
  }

  toString(): string {
    return Buffer.concat(this.chunks).toString();
  }
}
