import { statfs } from 'node:fs/promises';
import type Docker from 'dockerode';
import { AppError } from '@aml/errors';
import { seconds, withDeadline } from './call-deadline';
import type { CallOptions, DockerEngine, EngineInfo } from './docker-engine';
import { DockerodeContainers } from './dockerode-containers';
import { DockerodeImages } from './dockerode-images';
import { DockerodeVolumes } from './dockerode-volumes';
import { EngineConnection } from './engine-connection';

const oldestApi = [1, 41] as const;

/** What newer engines add to `GET /info`. */
interface SystemInfo {
  readonly ID: string;
  readonly Name: string;
  readonly Driver: string;
  readonly CgroupVersion?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
  readonly DiscoveredDevices?: readonly { readonly ID?: string }[] | null;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly DockerRootDir: string;
}

/** The engine behind dockerode. Its types end here. */
export class DockerodeEngine implements DockerEngine {
  readonly address: string;
  readonly images: DockerodeImages;
  readonly containers: DockerodeContainers;
  readonly volumes: DockerodeVolumes;
  private readonly connection: EngineConnection;
  private buildKit: boolean | undefined;

  constructor(
    docker: Docker,
    address: string,
    private readonly isThisMachine: boolean,
  ) {
    this.address = address;
    this.connection = new EngineConnection(docker, address);
    this.images = new DockerodeImages(this.connection, (call) => this.canBuildKit(call));
    this.containers = new DockerodeContainers(this.connection);
    this.volumes = new DockerodeVolumes(this.connection);
  }

  info(call?: CallOptions): Promise<EngineInfo> {
    return withDeadline('say what it is', call, seconds(10), async (signal) => {
      const failed = { action: 'say what it is' };
      const [version, system, buildkit] = await Promise.all([
        this.connection.json<Docker.DockerVersion>({ method: 'GET', path: ['version'], signal, failed }),
        this.connection.json<SystemInfo>({ method: 'GET', path: ['info'], signal, failed }),
        this.canBuildKit({ signal }),
      ]);
      this.refuseTooOld(version);
      const options = system.SecurityOptions ?? [];
      const free = this.isThisMachine ? await freeBytes(system.DockerRootDir) : undefined;
      return {
        version: version.Version,
        apiVersion: version.ApiVersion,
        os: version.Os,
        architecture: version.Arch,
        hostName: system.Name,
        engineId: system.ID,
        buildkit,
        storageDriver: system.Driver,
        rootless: options.some((option) => option.includes('name=rootless')),
        userNamespaces: options.some((option) => option.includes('name=userns')),
        cgroupVersion: system.CgroupVersion === '2' ? 2 : 1,
        nvidiaRuntime: hasNvidia(system),
        cpus: system.NCPU,
        memoryBytes: system.MemTotal,
        dockerRoot: system.DockerRootDir,
        ...(free === undefined ? {} : { dockerRootFreeBytes: free }),
      };
    });
  }

  /** The engine names its best builder in a header of its ping. Asked once. */
  private async canBuildKit(call?: CallOptions): Promise<boolean> {
    this.buildKit ??= await withDeadline('answer a ping', call, seconds(10), async (signal) => {
      const failed = { action: 'answer a ping' };
      const answer = await this.connection.stream({ method: 'GET', path: ['_ping'], signal, failed });
      answer.resume();
      return answer.headers['builder-version'] === '2';
    });
    return this.buildKit;
  }

  private refuseTooOld(version: Docker.DockerVersion): void {
    const [major = 0, minor = 0] = version.ApiVersion.split('.').map(Number);
    if (major > oldestApi[0] || (major === oldestApi[0] && minor >= oldestApi[1])) return;
    throw new AppError({
      code: 'docker-engine-too-old',
      message: `The Docker engine at ${this.address} is version ${version.Version} (API ${version.ApiVersion}).`,
      hint: 'Install version 20.10 or newer (API 1.41).',
      blame: 'target',
    });
  }
}

function hasNvidia(system: SystemInfo): boolean {
  const runtimes = Object.keys(system.Runtimes ?? {});
  const devices = system.DiscoveredDevices ?? [];
  return runtimes.includes('nvidia') || devices.some((device) => device.ID?.startsWith('nvidia.com/'));
}

/** Undefined where this user may not look. */
async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const facts = await statfs(folder);
    return facts.bavail * facts.bsize;
  } catch {
    return undefined;
  }
}
