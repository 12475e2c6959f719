import type { BuildRequest, BuiltImage } from './build-request';
import type { ContainerInfo, ContainerSpec, LogChunk } from './container-spec';

/** What every call takes. Each method has a deadline of its own that is used where none is given. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the call rejects with `docker-deadline-exceeded`. */
  readonly deadlineMs?: number | undefined;
}

/** A label to look for; without `value`, any value. */
export interface LabelFilter {
  readonly name: string;
  readonly value?: string | undefined;
}

/**
 * One Docker engine, wherever it is. Every method rejects with an `AppError` that blames the target and carries a hint
 * (codes: `docker-engine-missing`, `docker-engine-unreachable`, `docker-permission-denied`, `docker-image-not-found`,
 * `docker-container-not-found`, `docker-name-conflict`, `docker-disk-full`, `docker-deadline-exceeded`,
 * `docker-build-failed`, `docker-pull-failed`, `docker-request-refused`).
 */
export interface DockerEngine {
  /** Where it is, for messages: `unix:///var/run/docker.sock`, `tcp://build:2375`. */
  readonly address: string;
  /** Deadline 10 s. */
  info(call?: CallOptions): Promise<EngineInfo>;
  readonly images: DockerImages;
  readonly containers: DockerContainers;
  readonly volumes: DockerVolumes;
}

export interface EngineInfo {
  /** Such as `26.1.5`. */
  readonly version: string;
  /** Such as `1.45`; anything below 1.41 is refused by `info` with `docker-engine-too-old`. */
  readonly apiVersion: string;
  /** `linux` or `windows`. */
  readonly os: string;
  /** As images call it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** The name the engine's machine gives itself. */
  readonly hostName: string;
  /** Identity of the engine, stable over restarts. */
  readonly engineId: string;
  /** Whether builds can use BuildKit (cache and secret mounts). */
  readonly buildkit: boolean;
  readonly storageDriver: string;
  readonly rootless: boolean;
  /** `userns-remap` is on: ids inside containers are other ids outside. */
  readonly userNamespaces: boolean;
  readonly cgroupVersion: 1 | 2;
  /** An NVIDIA runtime is registered, or CDI devices of its vendor are there. */
  readonly nvidiaRuntime: boolean;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Where it keeps images and containers. */
  readonly dockerRoot: string;
  /** Bytes free there; only known for an engine of this machine. */
  readonly dockerRootFreeBytes?: number;
}

export interface ImageInfo {
  /** `sha256:…`. */
  readonly id: string;
  readonly tags: readonly string[];
  /** `name@sha256:…`, empty for an image that was built here. */
  readonly repoDigests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
  /** As `PATH=/usr/bin`. */
  readonly env: readonly string[];
  readonly os: string;
  readonly architecture: string;
  readonly created: Date;
  /** Digests of the layers, lowest first. */
  readonly layers: readonly string[];
}

export interface ImageSummary {
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** All layers, also those that other images share. */
  readonly sizeBytes: number;
  readonly created: Date;
}

export interface PullOptions extends CallOptions {
  /** Such as `linux/amd64`; default: the engine's own. */
  readonly platform?: string;
  /** One line per change of a layer's state. */
  readonly onProgress?: (line: string) => void;
}

export interface DockerImages {
  /** Undefined when the engine does not have it. Deadline 10 s. */
  inspect(reference: string, call?: CallOptions): Promise<ImageInfo | undefined>;
  /** Deadline 2 h. The output arrives line by line through `request.onOutput`, in order. */
  build(request: BuildRequest, call?: CallOptions): Promise<BuiltImage>;
  /** Deadline 30 min. */
  pull(reference: string, options?: PullOptions): Promise<ImageInfo>;
  /** Gives an image another name, which moves there if it named another. Deadline 10 s. */
  tag(reference: string, newReference: string, call?: CallOptions): Promise<void>;
  /** False when it was not there. An image in use is an error (`docker-image-in-use`). Deadline 2 min. */
  remove(reference: string, call?: CallOptions): Promise<boolean>;
  /** Images that carry all of these labels. Deadline 30 s. */
  listByLabel(labels: readonly LabelFilter[], call?: CallOptions): Promise<readonly ImageSummary[]>;
  /**
   * Removes what the builder keeps for later builds, least recently used first, until no more than `keepBytes` are left, and says how much that was.
   * It is shared by all builds of the engine, also those that are not ours; a layer that the cache holds is not freed by removing its image. Deadline 10 min.
   */
  pruneBuildCache(keepBytes: number, call?: CallOptions): Promise<{ readonly freedBytes: number }>;
}

export interface DockerContainers {
  /** `docker-name-conflict` when the name is taken, `docker-image-not-found` when the image is not there. Deadline 30 s. */
  create(spec: ContainerSpec, call?: CallOptions): Promise<{ readonly id: string }>;
  /** The container of that name as it is, else a new one: a launch that is repeated finds the first. Deadline 30 s. */
  getOrCreate(
    spec: ContainerSpec,
    call?: CallOptions,
  ): Promise<{ readonly id: string; readonly created: boolean }>;
  /** Starting a running container changes nothing. Deadline 60 s. */
  start(nameOrId: string, call?: CallOptions): Promise<void>;
  /** Undefined when there is none. Deadline 10 s. */
  inspect(nameOrId: string, call?: CallOptions): Promise<ContainerInfo | undefined>;
  /** Resolves when it is no longer running; the exit code of the last run. No deadline unless one is given. */
  wait(nameOrId: string, call?: CallOptions): Promise<{ readonly exitCode: number }>;
  /** False when it is not running or not there. Deadline 10 s. */
  signal(nameOrId: string, signal: NodeJS.Signals, call?: CallOptions): Promise<boolean>;
  /** Kills it if it runs, removes it and its anonymous volumes. False when it was not there. Deadline 60 s. */
  remove(nameOrId: string, call?: CallOptions): Promise<boolean>;
  /** Running and stopped ones that carry all of these labels. Deadline 30 s. */
  listByLabel(labels: readonly LabelFilter[], call?: CallOptions): Promise<readonly ContainerSummary[]>;
  /** Unpacks a tar below `path` inside the container, which may be stopped. Deadline 30 min. */
  putArchive(
    nameOrId: string,
    path: string,
    tar: AsyncIterable<Uint8Array>,
    call?: CallOptions,
  ): Promise<void>;
  /** The tar of a file or folder, named by its base name; undefined when it is not there. Deadline 30 min. */
  getArchive(
    nameOrId: string,
    path: string,
    call?: CallOptions,
  ): Promise<AsyncIterable<Uint8Array> | undefined>;
  /**
   * What the container's process has written so far (`follow`: and writes until it ends). For people: the engine's own log
   * replaces bytes that are not UTF-8, so a run's output is read from its spool instead.
   */
  logs(nameOrId: string, options?: CallOptions & { readonly follow?: boolean }): AsyncIterable<LogChunk>;
}

export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: ContainerInfo['status'];
  readonly created: Date;
}

export interface DockerVolumes {
  /** An existing one of that name is kept as it is. Deadline 30 s. */
  create(name: string, labels: Readonly<Record<string, string>>, call?: CallOptions): Promise<void>;
  /** False when it was not there. Deadline 60 s. */
  remove(name: string, call?: CallOptions): Promise<boolean>;
  /** Deadline 30 s. */
  listByLabel(labels: readonly LabelFilter[], call?: CallOptions): Promise<readonly string[]>;
}
