import type { Readable } from 'node:stream';

export interface CommandResult {
  /** Null where a signal ended the command. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FileStat {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly size: number;
  readonly mode: number;
  /** Of a link, resolved against nothing. */
  readonly target?: string;
}

/**
 * A Linux or macOS machine as launchers need it. Two adapters: this machine, and a machine over SSH. Commands are argv
 * arrays, never shell strings. A failure to reach the machine is an AppError with `retryable: true`, `blame: 'target'`.
 */
export interface Host {
  /** `local` or the address; part of every handle. */
  readonly name: string;
  run(
    argv: readonly string[],
    options?: {
      env?: Record<string, string>;
      cwd?: string;
      stdin?: string;
      signal?: AbortSignal;
      timeoutMs?: number;
    },
  ): Promise<CommandResult>;
  /** Unpacks a tar below `folder` (made where it is missing), exact modes and links; entries that leave the folder are refused. */
  unpack(folder: string, archive: Readable, signal: AbortSignal): Promise<void>;
  /** Atomic: temporary name, then rename. */
  writeFile(path: string, content: string | Buffer, mode?: number): Promise<void>;
  /** Undefined where there is no such file. `offset` and `limit` in bytes. */
  readFile(path: string, offset?: number, limit?: number): Promise<Buffer | undefined>;
  /** A whole file as a stream. */
  openFile(path: string): Promise<Readable>;
  stat(path: string): Promise<FileStat | undefined>;
  /** Everything below a folder, paths relative to it; links are listed, not followed. */
  walk(folder: string): AsyncIterable<{ path: string } & FileStat>;
  makeFolder(path: string, mode?: number): Promise<void>;
  /** Removes a folder and all below it; absent is fine. */
  remove(path: string): Promise<void>;
  /** True where a process with this pid and start time lives. */
  isAlive(pid: number, startTime: string): Promise<boolean>;
  /** Signals a process or, with a negative pid, its group. False where it does not exist. */
  signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): Promise<boolean>;
  /** Changes with every start of the machine. */
  bootId(): Promise<string>;
  freeBytes(path: string): Promise<number>;
}
