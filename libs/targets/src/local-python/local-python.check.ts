import type { ComputeTargetSettings } from '@aml/contracts';
import { toAppError } from '@aml/errors';
import { findProgram } from '../shared/find-program';
import type { SuperviseParts } from '../shared/supervise-parts';
import type { CheckFact, DriverContext } from '../target-driver';
import { TEMPLATE_PYTHON } from './local-python.interpreter';
import { TEMPLATE_SPARK_SUBMIT } from './local-python.spark';

const ENOUGH_BYTES = 1024 ** 3;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Interpreter, Spark where one is named, work folder and room. Which interpreter a shell resolves is for the shell to say. */
export async function checkLocalPython(
  parts: SuperviseParts,
  workRoot: string,
  target: ComputeTargetSettings,
  context: DriverContext,
): Promise<readonly CheckFact[]> {
  return Promise.all([
    interpreterFact(parts, target, context),
    sparkFact(parts, target),
    folderFact(parts, workRoot),
    roomFact(parts, workRoot),
  ]);
}

async function interpreterFact(
  { host }: SuperviseParts,
  target: ComputeTargetSettings,
  context: DriverContext,
): Promise<CheckFact> {
  const name = 'python';
  const named = target.pythonLocation ?? 'python3';
  const python =
    (await findProgram(host, named, PATH)) ??
    (named === TEMPLATE_PYTHON ? await findProgram(host, 'python3', PATH) : undefined);
  if (python === undefined) {
    return target.pythonLocation === undefined
      ? {
          name,
          verdict: 'unknown',
          value: 'no python3 for everyone; the Python of the submitting shell is used',
        }
      : {
          name,
          verdict: 'failed',
          value: `pythonLocation "${target.pythonLocation}" is not an executable program`,
          remedy: `Write the path of a Python into ${target.file ?? 'the .compute file'}.`,
        };
  }
  try {
    const { exitCode, stdout, stderr } = await host.run([python, '--version'], { signal: context.signal });
    const version = (stdout || stderr).trim();
    return exitCode === 0
      ? { name, verdict: 'ok', value: `${python} (${version})` }
      : { name, verdict: 'failed', value: `${python}: ${version}`, remedy: 'Repair or replace this Python.' };
  } catch (error) {
    return { name, verdict: 'failed', value: toAppError(error).message, remedy: 'Name another Python.' };
  }
}

async function sparkFact({ host }: SuperviseParts, target: ComputeTargetSettings): Promise<CheckFact> {
  const name = 'spark';
  const named = target.sparkSubmitLocation;
  if (named === undefined) {
    return { name, verdict: 'ok', value: 'the pyspark of the Python that is used, where it has one' };
  }
  const found = await findProgram(host, named, PATH);
  return found === undefined
    ? {
        name,
        verdict: named === TEMPLATE_SPARK_SUBMIT ? 'warning' : 'failed',
        value: `sparkSubmitLocation "${named}" is not an executable program`,
        remedy: `Write the path of a spark-submit into ${target.file ?? 'the .compute file'}.`,
      }
    : { name, verdict: 'ok', value: found };
}

async function folderFact({ host }: SuperviseParts, workRoot: string): Promise<CheckFact> {
  const name = 'work folder';
  try {
    const probe = `${workRoot}/.check`;
    await host.makeFolder(workRoot, 0o700);
    await host.writeFile(probe, '');
    await host.remove(probe);
    return { name, verdict: 'ok', value: workRoot };
  } catch (error) {
    const { message, hint } = toAppError(error);
    return { name, verdict: 'failed', value: message, remedy: hint ?? 'Set AML_HOME to a folder of yours.' };
  }
}

async function roomFact({ host }: SuperviseParts, workRoot: string): Promise<CheckFact> {
  const name = 'free space';
  try {
    const bytes = await host.freeBytes(workRoot);
    const value = `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
    return bytes >= ENOUGH_BYTES
      ? { name, verdict: 'ok', value }
      : {
          name,
          verdict: 'warning',
          value,
          remedy: '`aml experiment clean` removes what finished runs left.',
        };
  } catch (error) {
    return { name, verdict: 'unknown', value: toAppError(error).message };
  }
}
