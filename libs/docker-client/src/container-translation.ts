import type Docker from 'dockerode';
import type { ContainerInfo, ContainerMount, ContainerSpec, ContainerStatus } from './container-spec';

/** The engine's words for a container of ours. */
export function createBody(spec: ContainerSpec): Docker.ContainerCreateOptions {
  return {
    Image: spec.image,
    Entrypoint: [],
    Cmd: [...spec.argv],
    Env: Object.entries(spec.env ?? {}).map(([name, value]) => `${name}=${value}`),
    Labels: { ...spec.labels },
    ...(spec.workingDir === undefined ? {} : { WorkingDir: spec.workingDir }),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(spec.openStdin ? { OpenStdin: true, StdinOnce: false } : {}),
    HostConfig: hostConfig(spec),
  };
}

function hostConfig(spec: ContainerSpec): Docker.HostConfig {
  const drop = spec.dropPrivileges ?? true;
  return {
    Mounts: (spec.mounts ?? []).map(mountSettings),
    NetworkMode: spec.networkMode ?? 'bridge',
    ...(spec.groups ? { GroupAdd: [...spec.groups] } : {}),
    ...(spec.extraHosts ? { ExtraHosts: [...spec.extraHosts] } : {}),
    // The same number twice: no swap beyond the memory that was asked for.
    ...(spec.memoryBytes === undefined ? {} : { Memory: spec.memoryBytes, MemorySwap: spec.memoryBytes }),
    ...(spec.nanoCpus === undefined ? {} : { NanoCpus: spec.nanoCpus }),
    ...(spec.pidsLimit === undefined ? {} : { PidsLimit: spec.pidsLimit }),
    ...(spec.gpus === undefined ? {} : { DeviceRequests: [gpuRequest(spec.gpus)] }),
    ...(spec.shmSizeBytes === undefined ? {} : { ShmSize: spec.shmSizeBytes }),
    ...(spec.init === undefined ? {} : { Init: spec.init }),
    ...(spec.readOnlyRoot ? { ReadonlyRootfs: true } : {}),
    ...(drop
      ? { CapDrop: ['ALL'], CapAdd: [...(spec.keepCapabilities ?? [])], SecurityOpt: ['no-new-privileges'] }
      : {}),
  };
}

function mountSettings(mount: ContainerMount): Docker.MountSettings {
  if (mount.kind === 'tmpfs') {
    return {
      Type: 'tmpfs',
      Source: '',
      Target: mount.target,
      ...(mount.sizeBytes === undefined
        ? {}
        : { TmpfsOptions: { SizeBytes: mount.sizeBytes, Mode: 0o1777 } }),
    };
  }
  return { Type: mount.kind, Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly ?? false };
}

/** The same request as `--gpus`. Devices are named by index or by `GPU-…`. */
function gpuRequest(gpus: 'all' | readonly string[]): Docker.DeviceRequest {
  const wanted = gpus === 'all' ? { Count: -1 } : { DeviceIDs: [...gpus] };
  return { Driver: '', Capabilities: [['gpu']], ...wanted };
}

export function containerInfo(container: Docker.ContainerInspectInfo): ContainerInfo {
  const state = container.State;
  const status = containerStatus(state.Status);
  const startedAt = realDate(state.StartedAt);
  const finishedAt = notBefore(startedAt, realDate(state.FinishedAt));
  const ended = status === 'exited' || status === 'dead';
  return {
    id: container.Id,
    name: container.Name.replace(/^\//, ''),
    image: container.Config.Image,
    imageId: container.Image,
    labels: container.Config.Labels,
    status,
    running: state.Running,
    oomKilled: state.OOMKilled,
    ...(ended ? { exitCode: state.ExitCode } : {}),
    ...(container.HostConfig.Memory ? { memoryBytes: container.HostConfig.Memory } : {}),
    ...(startedAt ? { startedAt } : {}),
    ...(finishedAt && ended ? { finishedAt } : {}),
    ...(state.Error === '' ? {} : { error: state.Error }),
    ...(state.Running && state.Pid > 0 ? { pid: state.Pid } : {}),
  };
}

const statuses: readonly ContainerStatus[] = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
];

/** A word that this version does not know is `dead`: nothing may be concluded from it but that it does not run. */
export function containerStatus(word: string): ContainerStatus {
  return statuses.find((status) => status === word) ?? 'dead';
}

/** Of a container that ends at once the engine sometimes notes the end a few milliseconds before the start. */
function notBefore(start: Date | undefined, end: Date | undefined): Date | undefined {
  return start && end && end < start ? start : end;
}

/** The engine writes year 1 for "never". */
function realDate(text: string): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() <= 1 ? undefined : date;
}
