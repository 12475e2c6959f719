import { toErrorData } from '@aml/errors';
import type { DriverContext, RunHandle, TargetDriver } from '../target-driver';
import type { ContainerParts } from './container-parts';
import { diagnoseRunFolder } from './diagnose-run-folder';
import { runFolderOf } from './run-folder';

/** The run folder's part, and what the engine says about itself and the container. */
export async function diagnoseContainer(
  parts: ContainerParts,
  handle: RunHandle,
  context: DriverContext,
): ReturnType<TargetDriver['diagnose']> {
  const call = { signal: context.signal };
  const [files, engine, container] = await Promise.all([
    diagnoseRunFolder(parts.host, runFolderOf(handle)),
    parts.engine.info(call).catch(toErrorData),
    parts.engine.containers.inspect(handle.containerName ?? '', call).catch(toErrorData),
  ]);
  const asFile = (path: string, value: unknown): { path: string; content: Buffer } => ({
    path,
    content: Buffer.from(JSON.stringify(value ?? null, null, 2)),
  });
  return [...files, asFile('engine.json', engine), asFile('container-now.json', container)];
}
