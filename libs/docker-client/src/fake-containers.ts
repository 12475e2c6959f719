import { createHash } from 'node:crypto';
import { AppError } from '@aml/errors';
import type { ContainerInfo, ContainerSpec, LogChunk } from './container-spec';
import type { CallOptions, ContainerSummary, DockerContainers, LabelFilter } from './docker-engine';
import { matchesLabels } from './match-labels';
import { imageNotFound, type FakeImages } from './fake-images';
import { packFiles, readSmallTar } from './pack-files';

/** What a started container does. */
export interface FakeProgram {
  /** Default 0. */
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly oomKilled?: boolean;
  /** It runs until it gets a signal. Default: it ends at once. */
  readonly runsUntilSignal?: boolean;
  /** Files that it writes, by absolute path. */
  readonly writes?: Readonly<Record<string, string>>;
}

interface FakeContainer {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly files: Map<string, Uint8Array>;
  readonly ended: PromiseWithResolvers;
  program: FakeProgram;
  state: Partial<ContainerInfo> & Pick<ContainerInfo, 'status'>;
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

export class FakeContainers implements DockerContainers {
  /** Chosen when a container starts. It may throw, as an engine does that cannot start it. Default: ends with 0. */
  program: (spec: ContainerSpec) => FakeProgram = () => ({});
  private readonly containers = new Map<string, FakeContainer>();
  private created = 0;

  constructor(
    private readonly images: FakeImages,
    private readonly enter: (call: CallOptions | undefined) => Promise<void>,
  ) {}

  /** What a container was made of, for assertions. */
  specOf(nameOrId: string): ContainerSpec | undefined {
    return this.find(nameOrId)?.spec;
  }

  async create(spec: ContainerSpec, call?: CallOptions): Promise<{ readonly id: string }> {
    await this.enter(call);
    const files = this.images.filesOf(spec.image);
    if (!files) throw imageNotFound(spec.image);
    if (this.find(spec.name)) throw nameConflict(spec.name);
    const id = createHash('sha256').update(`${spec.name} ${this.created++}`).digest('hex');
    let resolve = (): void => undefined;
    const promise = new Promise<void>((done) => (resolve = done));
    const container = { id, spec, files: new Map(files), ended: { promise, resolve }, program: {} };
    this.containers.set(id, { ...container, state: { status: 'created' } });
    return { id };
  }

  async getOrCreate(
    spec: ContainerSpec,
    call?: CallOptions,
  ): Promise<{ readonly id: string; readonly created: boolean }> {
    const existing = this.find(spec.name);
    if (existing) return { id: existing.id, created: false };
    return { ...(await this.create(spec, call)), created: true };
  }

  async start(nameOrId: string, call?: CallOptions): Promise<void> {
    await this.enter(call);
    const container = this.get(nameOrId);
    if (container.state.status !== 'created') return;
    container.program = this.program(container.spec);
    container.state = { status: 'running', startedAt: new Date(), pid: 4242 };
    for (const [path, text] of Object.entries(container.program.writes ?? {})) {
      container.files.set(path, Buffer.from(text));
    }
    if (!container.program.runsUntilSignal) this.end(container, container.program.exitCode ?? 0);
  }

  async inspect(nameOrId: string, call?: CallOptions): Promise<ContainerInfo | undefined> {
    await this.enter(call);
    const container = this.find(nameOrId);
    if (!container) return undefined;
    const { id, spec, state } = container;
    const { name, image, labels, memoryBytes } = spec;
    const limit = memoryBytes === undefined ? {} : { memoryBytes };
    const running = state.status === 'running';
    return { id, name, image, imageId: 'sha256:fake', labels, running, oomKilled: false, ...limit, ...state };
  }

  async wait(nameOrId: string, call?: CallOptions): Promise<{ readonly exitCode: number }> {
    await this.enter(call);
    const container = this.get(nameOrId);
    const aborted = new Promise<never>((_, reject) => {
      call?.signal?.addEventListener('abort', () => reject(call.signal?.reason), { once: true });
    });
    await Promise.race([container.ended.promise, aborted]);
    return { exitCode: container.state.exitCode ?? 0 };
  }

  async signal(nameOrId: string, signal: NodeJS.Signals, call?: CallOptions): Promise<boolean> {
    await this.enter(call);
    const container = this.find(nameOrId);
    if (container?.state.status !== 'running') return false;
    this.end(container, signal === 'SIGKILL' ? 137 : (container.program.exitCode ?? 143));
    return true;
  }

  async remove(nameOrId: string, call?: CallOptions): Promise<boolean> {
    await this.enter(call);
    const container = this.find(nameOrId);
    if (!container) return false;
    container.ended.resolve();
    return this.containers.delete(container.id);
  }

  async listByLabel(
    labels: readonly LabelFilter[],
    call?: CallOptions,
  ): Promise<readonly ContainerSummary[]> {
    await this.enter(call);
    return [...this.containers.values()]
      .filter(({ spec }) => matchesLabels(spec.labels, labels))
      .map(({ id, spec, state }) => {
        const { name, image, labels: own } = spec;
        return { id, name, image, labels: own, status: state.status, created: new Date(0) };
      });
  }

  async putArchive(
    nameOrId: string,
    path: string,
    tar: AsyncIterable<Uint8Array>,
    call?: CallOptions,
  ): Promise<void> {
    await this.enter(call);
    const container = this.get(nameOrId);
    for (const [name, bytes] of await readSmallTar(tar)) {
      container.files.set(`${path.replace(/\/$/, '')}/${name}`, bytes);
    }
  }

  async getArchive(
    nameOrId: string,
    path: string,
    call?: CallOptions,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    await this.enter(call);
    const parent = path.slice(0, path.lastIndexOf('/') + 1);
    const found = [...this.get(nameOrId).files].filter(
      ([name]) => name === path || name.startsWith(`${path}/`),
    );
    if (found.length === 0) return undefined;
    return packFiles(found.map(([name, content]) => ({ path: name.slice(parent.length), content })));
  }

  async *logs(
    nameOrId: string,
    options?: CallOptions & { readonly follow?: boolean },
  ): AsyncGenerator<LogChunk> {
    await this.enter(options);
    const { program, ended } = this.get(nameOrId);
    if (program.stdout !== undefined) yield { stream: 'stdout', bytes: Buffer.from(program.stdout) };
    if (program.stderr !== undefined) yield { stream: 'stderr', bytes: Buffer.from(program.stderr) };
    if (options?.follow) await ended.promise;
  }

  private end(container: FakeContainer, exitCode: number): void {
    const { startedAt } = container.state;
    container.state = {
      status: 'exited',
      exitCode,
      oomKilled: container.program.oomKilled ?? false,
      finishedAt: new Date(),
      ...(startedAt ? { startedAt } : {}),
    };
    container.ended.resolve();
  }

  private find(nameOrId: string): FakeContainer | undefined {
    return (
      this.containers.get(nameOrId) ??
      [...this.containers.values()].find(({ spec }) => spec.name === nameOrId)
    );
  }

  private get(nameOrId: string): FakeContainer {
    const container = this.find(nameOrId);
    if (container) return container;
    throw new AppError({
      code: 'docker-container-not-found',
      message: `The Docker engine has no container "${nameOrId}".`,
      hint: 'See `docker ps -a`.',
      blame: 'target',
    });
  }
}

function nameConflict(name: string): AppError {
  return new AppError({
    code: 'docker-name-conflict',
    message: `A container named "${name}" is there already.`,
    hint: 'Remove it with `docker rm -f NAME` if nothing needs it.',
    blame: 'target',
  });
}
