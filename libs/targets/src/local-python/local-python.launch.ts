import type { RunSpecification } from '@aml/contracts';
import { runFolderOf, type RunFolder } from '../shared/run-folder';
import { scriptEnvironment } from '../shared/script-environment';
import { sharedDirectoryOf } from '../shared/shared-directory';
import { stageRun, type SupervisorRequest } from '../shared/stage-run';
import { startSupervisor } from '../shared/start-supervisor';
import type { SuperviseParts } from '../shared/supervise-parts';
import type { DriverContext, LaunchInput, RunHandle } from '../target-driver';
import { resolveInterpreter, supervisorPython } from './local-python.interpreter';
import { sparkCommand } from './local-python.spark';

export async function stageLocalPython(
  parts: SuperviseParts,
  handle: RunHandle,
  input: LaunchInput,
  context: DriverContext,
): Promise<void> {
  const folder = runFolderOf(handle);
  const { specification } = input;
  const python = await resolveInterpreter(parts.host, specification.target, specification.client);
  const request = (): Promise<SupervisorRequest> => makeRequest(parts, folder, input, python, context);
  const { host, runtime } = parts;
  const stage = { runtime, request, python: await supervisorPython(host, python) };
  await stageRun(host, folder, input, stage, context);
}

export async function launchLocalPython(
  parts: SuperviseParts,
  handle: RunHandle,
  input: LaunchInput,
  context: DriverContext,
): Promise<RunHandle> {
  const { host } = parts;
  const { target, client } = input.specification;
  const python = await supervisorPython(host, await resolveInterpreter(host, target, client));
  const launched = await startSupervisor(host, runFolderOf(handle), python, context.signal);
  return { ...handle, launched: { ...handle.launched, ...launched } };
}

async function makeRequest(
  parts: SuperviseParts,
  folder: RunFolder,
  input: LaunchInput,
  python: string,
  context: DriverContext,
): Promise<SupervisorRequest> {
  const { host, limits } = parts;
  const { specification, secrets } = input;
  const user = await host.user();
  const inherited = specification.client.environment;
  const home = inherited['HOME'] ?? user.home;
  const shared = sharedDirectoryOf(specification, home);
  await host.makeFolder(shared, 0o755);
  const env = scriptEnvironment(
    specification,
    {
      inherited,
      sdk: folder.sdk,
      home,
      user: user.name,
      sharedFolder: shared,
    },
    secrets,
  );
  const command = await commandOf(parts, folder, specification, python, env, context);
  return {
    version: 1,
    runId: specification.runId,
    argv: [...command.argv, specification.script, ...specification.arguments],
    cwd: 'project',
    env: { ...command.env, ...env },
    timeLimitSeconds: specification.timeLimitSeconds,
    graceSeconds: limits.graceSeconds,
    leftoverSeconds: limits.leftoverSeconds,
  };
}

async function commandOf(
  parts: SuperviseParts,
  folder: RunFolder,
  specification: RunSpecification,
  python: string,
  env: Readonly<Record<string, string>>,
  context: DriverContext,
): Promise<{ argv: readonly string[]; env: Readonly<Record<string, string>> }> {
  const spark =
    specification.framework === 'PySpark'
      ? await sparkCommand({ host: parts.host, folder, specification, python, env }, context)
      : undefined;
  return spark ?? { argv: [python], env: {} };
}
