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
  /** The owner. */
  readonly uid: number;
  /** Of a link, resolved against nothing. */
  readonly target?: string;
}

export interface WalkEntry extends FileStat {
  /** From the folder that is walked, / between names; bytes that are not UTF-8 are shown as `\xff`. */
  readonly path: string;
  /** Why the entry cannot be used under this path, such as a name that is not UTF-8. */
  readonly problem?: string;
}

/**
 * A Linux or macOS machine as launchers need it. Two adapters: this machine, and a machine over SSH. Commands are argv
 * arrays, never shell strings. A failure to reach the machine is an AppError with `retryable: true`, `blame: 'target'`;
 * a full disk is `disk-full`.
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
  /** A whole file as a stream. A link in the last place is refused. */
  openFile(path: string): Promise<Readable>;
  stat(path: string): Promise<FileStat | undefined>;
  /** Where a path leads once every link is followed; undefined where it leads nowhere. */
  realPath(path: string): Promise<string | undefined>;
  /** Everything below a folder; links are listed, not followed. Empty where there is no such folder. */
  walk(folder: string): AsyncIterable<WalkEntry>;
  makeFolder(path: string, mode?: number): Promise<void>;
  /** Atomic. False where `to` is there already and not empty. */
  moveFolder(from: string, to: string): Promise<boolean>;
  /** Removes a folder and all below it; absent is fine. */
  remove(path: string): Promise<void>;
  /** True where a process with this pid and start time lives. */
  isAlive(pid: number, startTime: string): Promise<boolean>;
  /** Signals a process or, with a negative pid, its group. False where it does not exist. */
  signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): Promise<boolean>;
  /** Changes with every start of the machine. */
  bootId(): Promise<string>;
  freeBytes(path: string): Promise<number>;
  /** The user that everything is done as. */
  user(): Promise<{
    readonly name: string;
    readonly home: string;
    readonly uid: number;
    readonly gid: number;
  }>;
  /**
   * Calls `onChange` when something in one of these folders may have changed, until the returned function is called.
   * Undefined where the machine cannot tell (then callers look again and again).
   */
  watch?(folders: readonly string[], onChange: () => void): (() => void) | undefined;
}
