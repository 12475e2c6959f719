import type { RunSpecification } from '@aml/contracts';
import type { ContainerSpec, ImageInfo } from '@aml/docker-client';
import { AppError } from '@aml/errors';
import { setTimeout as delay } from 'node:timers/promises';
import type { DriverContext, LaunchInput, RunHandle } from '../target-driver';
import { accountFiles, containerOfRun, containerUser } from './container-of-run';
import type { ContainerParts } from './container-parts';
import { containerRequest } from './container-request';
import { runFolderOf } from './run-folder';
import { sharedDirectoryOf } from './shared-directory';
import { stageRun, type SupervisorRequest } from './stage-run';

const CREATE_ATTEMPTS = 100;
const CREATE_PAUSE_MS = 50;

export async function stageContainer(
  parts: ContainerParts,
  handle: RunHandle,
  input: LaunchInput,
  context: DriverContext,
): Promise<void> {
  const { host, runtime, limits } = parts;
  const folder = runFolderOf(handle);
  requireSharedVolumes(input.specification);
  const request = async (): Promise<SupervisorRequest> => {
    const [image, user, engine] = await Promise.all([
      imageOf(parts, input, context),
      host.user(),
      parts.engine.info({ signal: context.signal }),
    ]);
    const { passwd, group } = accountFiles({
      ...user,
      ...containerUser(input.specification, engine, user),
    });
    await host.writeFile(`${folder.control}/passwd`, passwd, 0o644);
    await host.writeFile(`${folder.control}/group`, group, 0o644);
    return containerRequest({ host, folder, input, image, limits }, context);
  };
  await stageRun(host, folder, input, { runtime, request, python: 'python' }, context);
}

/** Creates and starts the container of a run; one of its name is it, whoever created it. Its supervisor starts the script once. */
export async function launchContainer(
  parts: ContainerParts,
  handle: RunHandle,
  input: LaunchInput,
  context: DriverContext,
): Promise<RunHandle> {
  const { host, engine } = parts;
  const { specification } = input;
  const call = { signal: context.signal };
  const [image, user, info] = await Promise.all([
    imageOf(parts, input, context),
    host.user(),
    engine.info(call),
  ]);
  const spec = containerOfRun({
    specification,
    folder: runFolderOf(handle),
    imageId: image.id,
    user: containerUser(specification, info, user),
    sharedFolder: await sharedFolderOf(parts, specification),
  });
  try {
    const { id, created } = await getOrCreate(parts, spec, context);
    const state = created ? 'created' : (await engine.containers.inspect(id, call))?.status;
    if (state === 'created') await engine.containers.start(id, call);
    return { ...handle, launched: { ...handle.launched, containerId: id } };
  } catch (error) {
    throw explainLaunch(error, handle);
  }
}

/** Another launch may be creating it now: then its name is taken, but it cannot be seen yet. */
async function getOrCreate(
  { engine }: ContainerParts,
  spec: ContainerSpec,
  { signal }: DriverContext,
): Promise<{ readonly id: string; readonly created: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await engine.containers.getOrCreate(spec, { signal });
    } catch (error) {
      const taken = error instanceof AppError && error.code === 'docker-name-conflict';
      if (!taken || attempt >= CREATE_ATTEMPTS) throw error;
    }
    await delay(CREATE_PAUSE_MS, undefined, { signal });
  }
}

/** The image of the environment, else the base image that the target names. */
async function imageOf(
  { engine }: ContainerParts,
  { image, specification }: LaunchInput,
  context: DriverContext,
): Promise<ImageInfo> {
  const wanted = image?.id ?? specification.target.baseDockerImage;
  if (wanted === undefined) {
    throw new AppError({
      code: 'image-missing',
      message: `the run ${specification.runId} has no image to run in`,
      hint: `Prepare its environment: aml experiment prepare -c ${specification.configuration.name}`,
      blame: 'target',
    });
  }
  const found = await engine.images.inspect(wanted, { signal: context.signal });
  if (found) return found;
  throw new AppError({
    code: 'image-missing',
    message: `the image "${image?.reference ?? wanted}" is not on the Docker engine any more`,
    hint: `Prepare the environment again: aml experiment prepare -c ${specification.configuration.name}`,
    blame: 'target',
  });
}

/** `nativeSharedDirectory` is a folder of the machine; a container sees it only where volumes may be shared. */
function requireSharedVolumes({ target }: RunSpecification): void {
  if (target.sharedVolumes || target.nativeSharedDirectory === undefined) return;
  throw new AppError({
    code: 'shared-volumes-off',
    message: `the compute target "${target.name}" has nativeSharedDirectory "${target.nativeSharedDirectory}", but sharedVolumes is false`,
    hint: `Set sharedVolumes: true in ${target.file ?? 'the .compute file'}, or take nativeSharedDirectory out.`,
    blame: 'user',
  });
}

async function sharedFolderOf(
  { host }: ContainerParts,
  specification: RunSpecification,
): Promise<string | null> {
  if (!specification.target.sharedVolumes) return null;
  const folder = sharedDirectoryOf(specification, (await host.user()).home);
  await host.makeFolder(folder, 0o755);
  return folder;
}

function explainLaunch(error: unknown, handle: RunHandle): unknown {
  if (!(error instanceof AppError) || error.code !== 'docker-mount-refused') return error;
  return new AppError({
    code: 'docker-folder-unseen',
    message: `the Docker engine does not see the run folder "${handle.runFolder}": it is on another machine, or may not share that folder`,
    hint: 'Use the engine of this machine (unset DOCKER_HOST), share the folder with it, or move AML_HOME to a folder that it sees.',
    blame: 'target',
    cause: error,
  });
}
