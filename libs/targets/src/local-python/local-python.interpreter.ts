import type { ClientContext, ComputeTargetSettings } from '@aml/contracts';
import { AppError } from '@aml/errors';
import { join } from 'node:path';
import { findProgram } from '../shared/find-program';
import type { Host } from '../shared/host';

/** `pythonLocation` as templates of the old service have it; many systems of today have a `python3` only. */
export const TEMPLATE_PYTHON = 'python';

const PLAIN_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * The interpreter of a run: `pythonLocation` of the target (a path, or a name in the `PATH` of the submitting shell), else
 * what that shell resolved; that also for a bare `python` that is not there. @throws AppError `python-missing` (blame: target).
 */
export async function resolveInterpreter(
  host: Host,
  target: ComputeTargetSettings,
  client: ClientContext,
): Promise<string> {
  const wanted = target.pythonLocation ?? client.interpreter?.path;
  if (wanted === undefined) {
    throw missing(
      'no Python was found on this machine',
      'Install Python 3 (Debian and Ubuntu: `sudo apt-get install python3`), or activate the environment to use and submit again; pythonLocation in the .compute file names another one.',
    );
  }
  const expanded = wanted.startsWith('~/') ? join((await host.user()).home, wanted.slice(2)) : wanted;
  const searchPath = client.environment['PATH'] ?? PLAIN_PATH;
  const found =
    (await findProgram(host, expanded, searchPath)) ??
    (target.pythonLocation === TEMPLATE_PYTHON
      ? await findProgram(host, client.interpreter?.path ?? 'python3', searchPath)
      : undefined);
  if (found !== undefined) return found;
  throw missing(
    target.pythonLocation === undefined
      ? `the Python of the submitting shell, "${wanted}", is not there any more`
      : `pythonLocation "${wanted}" of the compute target "${target.name}" is not an executable program`,
    target.pythonLocation === undefined
      ? 'Activate the environment to use, see that `python --version` works, and submit again.'
      : `Write the path of a Python into ${target.file ?? 'the .compute file'}, or take the line out to use the Python of your shell.`,
  );
}

/**
 * What the supervisor runs on: the system's own Python where there is a plain one, for it starts soonest and no environment
 * of the user can break it (`/usr/bin/python3` of macOS may be a placeholder that asks to install things); else that of the run.
 */
export async function supervisorPython(host: Host, interpreter: string): Promise<string> {
  const linux = (await host.stat('/proc/self/stat')) !== undefined;
  return (linux ? await findProgram(host, '/usr/bin/python3', '') : undefined) ?? interpreter;
}

function missing(message: string, hint: string): AppError {
  return new AppError({ code: 'python-missing', message, hint, blame: 'target' });
}
