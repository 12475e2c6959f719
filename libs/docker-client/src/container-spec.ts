/** What a container is made of. Nothing is taken from a user without having been parsed: there is no raw host configuration. */
export interface ContainerSpec {
  /** Derived from a run id by whoever asks, so that a repeated launch finds it. */
  readonly name: string;
  readonly image: string;
  /** Replaces the image's entry point and command; no shell in between. */
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  /** `1000:1000`; default: the image's. */
  readonly user?: string;
  /** Names or numbers of further groups. */
  readonly groups?: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts?: readonly ContainerMount[];
  /** Memory and swap together. Default: no limit. */
  readonly memoryBytes?: number;
  /** Billionths of a processor. Default: no limit. */
  readonly nanoCpus?: number;
  /** Most processes and threads. Default: no limit. */
  readonly pidsLimit?: number;
  /** `all` or the ids or indexes of devices; a device request for the `nvidia` driver. Default: none. */
  readonly gpus?: 'all' | readonly string[];
  /** `none`, `host`, `bridge` or the name of a network. Default: `bridge`. */
  readonly networkMode?: string;
  /** Names for /etc/hosts, as `name:address`; the address may be `host-gateway`. */
  readonly extraHosts?: readonly string[];
  /** The engine's own small init as process 1. Default: false (the supervisor reaps). */
  readonly init?: boolean;
  /** Size of /dev/shm; default: the engine's (64 MiB), too small for data loaders of some libraries. */
  readonly shmSizeBytes?: number;
  /** Root file system not writable. Default: false. */
  readonly readOnlyRoot?: boolean;
  /** Default: true; all capabilities dropped and no way to new privileges. */
  readonly dropPrivileges?: boolean;
  /** Capabilities kept although `dropPrivileges` is on, such as `DAC_OVERRIDE`. */
  readonly keepCapabilities?: readonly string[];
  /** Standard input is open and stays so. Default: false. */
  readonly openStdin?: boolean;
}

export type ContainerMount =
  | { readonly kind: 'bind'; readonly source: string; readonly target: string; readonly readOnly?: boolean }
  | { readonly kind: 'volume'; readonly source: string; readonly target: string; readonly readOnly?: boolean }
  | { readonly kind: 'tmpfs'; readonly target: string; readonly sizeBytes?: number };

export type ContainerStatus =
  'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** What the engine knows about a container: the evidence for a run's state. */
export interface ContainerInfo {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: ContainerStatus;
  readonly running: boolean;
  /** Only once it has ended. */
  readonly exitCode?: number;
  /** The kernel killed a process of it for its memory limit. */
  readonly oomKilled: boolean;
  /** The limit that `oomKilled` is about; absent: none. */
  readonly memoryBytes?: number;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** Why it could not be started. */
  readonly error?: string;
  /** Of its first process, as the engine's machine counts; only while it runs. */
  readonly pid?: number;
}

export interface LogChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}
