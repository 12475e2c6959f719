import type { CallOptions, DockerEngine, DockerVolumes, EngineInfo, LabelFilter } from './docker-engine';
import { matchesLabels } from './match-labels';
import { FakeContainers } from './fake-containers';
import { FakeImages } from './fake-images';

/**
 * An engine in memory for tests: images by tag, containers that do what `containers.program` says. It keeps to the contract of
 * `DockerEngine` (what is missing, what is a conflict, what repeats harmlessly); the integration tests hold the real one to the same.
 */
export class FakeDockerEngine implements DockerEngine {
  readonly address = 'unix:///fake/docker.sock';
  readonly images = new FakeImages((call) => this.enter(call));
  readonly containers = new FakeContainers(this.images, (call) => this.enter(call));
  readonly volumes: DockerVolumes = new FakeVolumes((call) => this.enter(call));
  engineInfo: EngineInfo = {
    version: '26.1.5',
    apiVersion: '1.45',
    os: 'linux',
    architecture: 'amd64',
    hostName: 'fake',
    engineId: 'FAKE:ENGINE',
    buildkit: true,
    storageDriver: 'overlay2',
    rootless: false,
    userNamespaces: false,
    cgroupVersion: 2,
    nvidiaRuntime: false,
    cpus: 2,
    memoryBytes: 8 * 1024 ** 3,
    dockerRoot: '/var/lib/docker',
  };
  private failure: Error | undefined;

  async info(call?: CallOptions): Promise<EngineInfo> {
    await this.enter(call);
    return this.engineInfo;
  }

  /** Every call rejects with this until it is taken back with `undefined`: an engine that is away. */
  failWith(error: Error | undefined): void {
    this.failure = error;
  }

  private async enter(call: CallOptions | undefined): Promise<void> {
    call?.signal?.throwIfAborted();
    await Promise.resolve();
    if (this.failure) throw this.failure;
  }
}

class FakeVolumes implements DockerVolumes {
  private readonly volumes = new Map<string, Readonly<Record<string, string>>>();

  constructor(private readonly enter: (call: CallOptions | undefined) => Promise<void>) {}

  async create(name: string, labels: Readonly<Record<string, string>>, call?: CallOptions): Promise<void> {
    await this.enter(call);
    if (!this.volumes.has(name)) this.volumes.set(name, labels);
  }

  async remove(name: string, call?: CallOptions): Promise<boolean> {
    await this.enter(call);
    return this.volumes.delete(name);
  }

  async listByLabel(filters: readonly LabelFilter[], call?: CallOptions): Promise<readonly string[]> {
    await this.enter(call);
    return [...this.volumes].filter(([, labels]) => matchesLabels(labels, filters)).map(([name]) => name);
  }
}
