import { AppError } from '@aml/errors';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram } from './find-program';

/** The Python that a `local` run uses, and why this one. */
export interface Interpreter {
  /** Absolute path; links are kept, since a virtual environment is known by the path of its link. */
  readonly path: string;
  readonly source: 'pythonLocation' | 'VIRTUAL_ENV' | 'CONDA_PREFIX' | 'python3' | 'python';
  readonly version?: string;
}

export interface ShellPlace {
  readonly shell: Readonly<Record<string, string>>;
  /** Folder that relative paths of `pythonLocation` start from: the project's root. */
  readonly root: string;
}

/**
 * The interpreter of this shell, in this order: `pythonLocation`, VIRTUAL_ENV, CONDA_PREFIX, `python3`, `python`.
 * Nothing is started: the version is told only where a file beside the interpreter has it.
 * @returns undefined where there is no Python.
 * @throws AppError `python-location-missing` (blame: user) where `pythonLocation` names nothing.
 */
export function findInterpreter(place: ShellPlace, pythonLocation?: string): Interpreter | undefined {
  const { shell, root } = place;
  if (pythonLocation !== undefined && pythonLocation !== '') {
    const wanted = pythonLocation.replace(/^~(?=\/)/, shell['HOME'] ?? homedir());
    const path = findProgram(wanted, shell['PATH'], root);
    if (path !== undefined) return { path, source: 'pythonLocation' };
    // Old templates say `python`, which many systems of today call `python3` only.
    if (wanted === 'python') return findInterpreter(place);
    throw new AppError({
      code: 'python-location-missing',
      message: `pythonLocation is \`${pythonLocation}\`, and there is no such program${wanted.includes('/') ? '' : ' on PATH'}`,
      hint: 'Correct pythonLocation in the .compute file, or remove it to use the Python of your shell.',
      blame: 'user',
    });
  }
  for (const variable of ['VIRTUAL_ENV', 'CONDA_PREFIX'] as const) {
    const prefix = shell[variable];
    if (!prefix) continue;
    const path =
      findProgram(join(prefix, 'bin/python'), undefined, root) ??
      findProgram(join(prefix, 'bin/python3'), undefined, root);
    if (path !== undefined) return withVersion({ path, source: variable }, prefix);
  }
  for (const name of ['python3', 'python'] as const) {
    const path = findProgram(name, shell['PATH'], root);
    if (path !== undefined) return { path, source: name };
  }
  return undefined;
}

function withVersion(interpreter: Interpreter, prefix: string): Interpreter {
  try {
    const text = readFileSync(join(prefix, 'pyvenv.cfg'), 'utf8');
    const version = /^version(?:_info)?\s*=\s*(\d+(?:\.\d+)+)/m.exec(text)?.[1];
    return version === undefined ? interpreter : { ...interpreter, version };
  } catch {
    return interpreter;
  }
}

/** `spark-submit` of this shell: `sparkSubmitLocation`, `SPARK_HOME`, one on PATH or beside the interpreter; null: none. */
export function findSparkSubmit(
  place: ShellPlace,
  interpreter: Interpreter | undefined,
  sparkSubmitLocation?: string,
): string | null {
  const { shell, root } = place;
  if (sparkSubmitLocation)
    return (
      findProgram(sparkSubmitLocation.replace(/^~(?=\/)/, shell['HOME'] ?? homedir()), shell['PATH'], root) ??
      null
    );
  const home = shell['SPARK_HOME'];
  if (home) {
    const path = findProgram(join(home, 'bin/spark-submit'), undefined, root);
    if (path !== undefined) return path;
  }
  const beside = interpreter && findProgram(join(dirname(interpreter.path), 'spark-submit'), undefined, root);
  return beside ?? findProgram('spark-submit', shell['PATH'], root) ?? null;
}
