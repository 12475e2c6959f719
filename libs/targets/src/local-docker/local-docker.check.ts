import type { ComputeTargetSettings } from '@aml/contracts';
import type { EngineInfo } from '@aml/docker-client';
import { toAppError } from '@aml/errors';
import { randomBytes } from 'node:crypto';
import type { ContainerParts } from '../shared/container-parts';
import { runLabels } from '../shared/container-paths';
import type { FileStat } from '../shared/host';
import type { CheckFact, DriverContext } from '../target-driver';

const ENOUGH_BYTES = 2 * 1024 ** 3;
const GIBIBYTE = 1024 ** 3;

/** Engine, permission, builds, GPUs, room, and whether the engine mounts the run folder and gives its files back to the user. */
export async function checkLocalDocker(
  parts: ContainerParts,
  workRoot: string,
  target: ComputeTargetSettings,
  context: DriverContext,
): Promise<readonly CheckFact[]> {
  let info: EngineInfo;
  try {
    info = await parts.engine.info({ signal: context.signal });
  } catch (error) {
    const { message, hint } = toAppError(error);
    return [failed('engine', message, hint ?? 'Start the Docker engine and try again.')];
  }
  return [
    { name: 'engine', verdict: 'ok', value: `Docker ${info.version} at ${parts.engine.address}` },
    info.os === 'linux'
      ? { name: 'containers', verdict: 'ok', value: `linux/${info.architecture}` }
      : failed('containers', `${info.os} containers`, 'Switch the engine to Linux containers.'),
    info.buildkit
      ? { name: 'builds', verdict: 'ok', value: 'BuildKit' }
      : {
          name: 'builds',
          verdict: 'warning',
          value: 'the classic builder: no caches between builds',
          remedy: 'Update the engine to 20.10 or later.',
        },
    ...gpuFact(target, info),
    ...memoryFact(target, info),
    ...roomFact(info),
    await folderFact(parts, workRoot, target, info, context),
  ];
}

function gpuFact(target: ComputeTargetSettings, info: EngineInfo): CheckFact[] {
  if (!target.nvidiaDocker) return [];
  return [
    info.nvidiaRuntime
      ? { name: 'gpu', verdict: 'ok', value: 'the engine has an NVIDIA runtime' }
      : failed(
          'gpu',
          'nvidiaDocker is true, and the engine has no NVIDIA runtime',
          'Install the NVIDIA driver and the NVIDIA Container Toolkit, or set nvidiaDocker: false.',
        ),
  ];
}

function memoryFact(target: ComputeTargetSettings, info: EngineInfo): CheckFact[] {
  if (target.memoryBytes === undefined || target.memoryBytes <= info.memoryBytes) return [];
  const [limit, has] = [target.memoryBytes, info.memoryBytes].map((bytes) => (bytes / GIBIBYTE).toFixed(1));
  return [
    {
      name: 'memory',
      verdict: 'warning',
      value: `a container may use ${limit} GiB, and the machine has ${has} GiB`,
      remedy: `Lower the memory limit in ${target.file ?? 'the .compute file'}.`,
    },
  ];
}

function roomFact({ dockerRootFreeBytes, dockerRoot }: EngineInfo): CheckFact[] {
  if (dockerRootFreeBytes === undefined) return [];
  const value = `${(dockerRootFreeBytes / GIBIBYTE).toFixed(1)} GiB at ${dockerRoot}`;
  return [
    dockerRootFreeBytes >= ENOUGH_BYTES
      ? { name: 'free space', verdict: 'ok', value }
      : {
          name: 'free space',
          verdict: 'warning',
          value,
          remedy: '`aml environment prune` removes environments that no run needs.',
        },
  ];
}

/** A container writes a file into a folder below the work root; the file must be there, and be the user's. */
async function folderFact(
  parts: ContainerParts,
  workRoot: string,
  target: ComputeTargetSettings,
  info: EngineInfo,
  context: DriverContext,
): Promise<CheckFact> {
  const name = 'run folder';
  if (info.userNamespaces && !info.rootless) {
    return failed(
      name,
      'the engine maps users (userns-remap)',
      'Switch userns-remap off, or use another engine.',
    );
  }
  const image = await probeImage(parts, target, context);
  if (image === undefined) {
    return { name, verdict: 'unknown', value: 'no image is there to try it with; the first run will' };
  }
  const id = randomBytes(6).toString('hex');
  const folder = `${workRoot}/check-${id}`;
  try {
    await parts.host.makeFolder(folder, 0o700);
    await probe(parts, { id, folder, image, rootless: info.rootless }, context);
    const [file] = await filesOf(parts, folder);
    if (file === undefined) {
      return failed(
        name,
        `the engine does not see "${workRoot}": it is on another machine, or may not share it`,
        'Unset DOCKER_HOST, or move AML_HOME to a folder that the engine sees.',
      );
    }
    const { name: user, uid } = await parts.host.user();
    if (file.uid !== uid) {
      return failed(
        name,
        `files that a container writes belong to user ${file.uid}, not to ${user} (${uid})`,
        'Use an engine whose containers run as the user that asks for them.',
      );
    }
    return { name, verdict: 'ok', value: `the engine sees "${workRoot}", and its files are yours` };
  } catch (error) {
    const { message, hint } = toAppError(error);
    return failed(name, message, hint ?? 'Move AML_HOME to a folder that the engine sees.');
  } finally {
    await parts.host.remove(folder).catch(() => undefined);
  }
}

async function probe(
  { engine, host }: ContainerParts,
  given: { readonly id: string; readonly folder: string; readonly image: string; readonly rootless: boolean },
  context: DriverContext,
): Promise<void> {
  const call = { signal: context.signal };
  const { uid, gid } = await host.user();
  const name = `aml-check-${given.id}`;
  try {
    await engine.containers.create(
      {
        name,
        image: given.image,
        argv: ['touch', '/probe/seen'],
        user: given.rootless ? '0:0' : `${uid}:${gid}`,
        labels: { [runLabels.owner]: 'aml', [runLabels.kind]: 'check' },
        mounts: [{ kind: 'bind', source: given.folder, target: '/probe' }],
        networkMode: 'none',
      },
      call,
    );
    await engine.containers.start(name, call);
    await engine.containers.wait(name, { ...call, deadlineMs: 30_000 });
  } finally {
    await engine.containers.remove(name).catch(() => undefined);
  }
}

async function filesOf({ host }: ContainerParts, folder: string): Promise<FileStat[]> {
  const found: FileStat[] = [];
  for await (const entry of host.walk(folder)) found.push(entry);
  return found;
}

/** Nothing is pulled for a check: the base image of the target, else any image of ours. */
async function probeImage(
  { engine }: ContainerParts,
  target: ComputeTargetSettings,
  context: DriverContext,
): Promise<string | undefined> {
  const call = { signal: context.signal };
  if (target.baseDockerImage !== undefined) {
    const base = await engine.images.inspect(target.baseDockerImage, call).catch(() => undefined);
    if (base) return base.id;
  }
  const ours = await engine.images
    .listByLabel([{ name: runLabels.owner, value: 'aml' }], call)
    .catch(() => []);
  return ours[0]?.id;
}

function failed(name: string, value: string, remedy: string): CheckFact {
  return { name, verdict: 'failed', value, remedy };
}
