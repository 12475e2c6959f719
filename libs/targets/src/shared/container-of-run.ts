import type { RunSpecification } from '@aml/contracts';
import type { ContainerMount, ContainerSpec, EngineInfo } from '@aml/docker-client';
import { AppError } from '@aml/errors';
import { containerNameOf, insideContainer, labelsOfRun, RUN_MOUNT, SHARE_MOUNT } from './container-paths';
import { START_RUN_INSIDE } from './container-programs';
import type { RunFolder } from './run-folder';

/** Data loaders of several libraries pass their batches through /dev/shm; the engine's own 64 MiB end in a bus error. */
const SHARED_MEMORY_BYTES = 1024 ** 3;
const BILLION = 1e9;

export interface ContainerOfRunInput {
  readonly specification: RunSpecification;
  readonly folder: RunFolder;
  /** Id of the image: names move. */
  readonly imageId: string;
  readonly user: { readonly uid: number; readonly gid: number };
  /** On the engine's machine; null: nothing is shared. */
  readonly sharedFolder: string | null;
}

/** The container of a run: the host's user, no privileges, the run folder and the shared folder and nothing else of the machine. */
export function containerOfRun({
  specification,
  folder,
  imageId,
  user,
  sharedFolder,
}: ContainerOfRunInput): ContainerSpec {
  const { target } = specification;
  const mounts: ContainerMount[] = [
    { kind: 'bind', source: folder.root, target: RUN_MOUNT },
    { kind: 'bind', source: `${folder.control}/passwd`, target: '/etc/passwd', readOnly: true },
    { kind: 'bind', source: `${folder.control}/group`, target: '/etc/group', readOnly: true },
    ...(sharedFolder === null ? [] : [{ kind: 'bind' as const, source: sharedFolder, target: SHARE_MOUNT }]),
  ];
  return {
    name: containerNameOf(specification),
    image: imageId,
    argv: ['/bin/sh', START_RUN_INSIDE],
    env: { HOME: insideContainer.home },
    workingDir: insideContainer.project,
    user: `${user.uid}:${user.gid}`,
    labels: labelsOfRun(specification),
    mounts,
    shmSizeBytes: SHARED_MEMORY_BYTES,
    ...(target.memoryBytes === undefined ? {} : { memoryBytes: target.memoryBytes }),
    ...(target.cpus === undefined ? {} : { nanoCpus: Math.round(target.cpus * BILLION) }),
    ...(target.nvidiaDocker ? { gpus: 'all' as const } : {}),
  };
}

/** Files in place of the image's: programs ask who they are, and the host's user is not known to an image. */
export function accountFiles(user: { readonly name: string; readonly uid: number; readonly gid: number }): {
  readonly passwd: string;
  readonly group: string;
} {
  const name = /^[a-z_][a-z0-9_-]{0,30}$/i.test(user.name) ? user.name : 'user';
  const line = `${name}:x:${user.uid}:${user.gid}:${name}:${insideContainer.home}:/bin/sh\n`;
  const root = `root:x:0:0:root:/root:/bin/sh\n`;
  const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n';
  return {
    passwd: (user.uid === 0 ? '' : root) + line + (user.uid === 65534 ? '' : nobody),
    group: [
      ...(user.gid === 0 ? [] : ['root:x:0:']),
      `${user.gid === 0 ? 'root' : name}:x:${user.gid}:`,
      'tty:x:5:',
      'users:x:100:',
      'nogroup:x:65534:',
      '',
    ].join('\n'),
  };
}

/**
 * The user of a run's processes, as the container counts. On a rootless engine the container's root is the host's user.
 * @throws AppError where the engine cannot give files back to the user, or has no GPU that is asked for (blame: target).
 */
export function containerUser(
  specification: RunSpecification,
  engine: EngineInfo,
  user: { readonly uid: number; readonly gid: number },
): { readonly uid: number; readonly gid: number } {
  const { target } = specification;
  if (target.nvidiaDocker && !engine.nvidiaRuntime) {
    throw new AppError({
      code: 'docker-gpu-unavailable',
      message: `the compute target "${target.name}" asks for GPUs (nvidiaDocker: true), and the Docker engine has no NVIDIA runtime`,
      hint: `Install the NVIDIA driver and the NVIDIA Container Toolkit, or set nvidiaDocker: false in ${target.file ?? 'the .compute file'}.`,
      blame: 'target',
    });
  }
  if (engine.userNamespaces && !engine.rootless) {
    throw new AppError({
      code: 'docker-user-namespaces',
      message: 'the Docker engine maps users (userns-remap), so a container cannot write files of yours',
      hint: 'Switch userns-remap off in /etc/docker/daemon.json, or use another engine (DOCKER_HOST).',
      blame: 'target',
    });
  }
  return engine.rootless ? { uid: 0, gid: 0 } : user;
}
