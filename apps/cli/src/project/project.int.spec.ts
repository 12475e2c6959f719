import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeTerminal, type FakeTerminal } from '../output/fake-terminal';
import { outputOptions } from '../output/output-format';
import { readSettings } from '../settings';
import { findInterpreter } from '../shell/find-interpreter';
import { scriptPath } from '../submit/script-path';
import { attachTarget } from '../target/attach-target';
import { detachTarget } from '../target/detach-target';
import { checkConfig } from './check-config';
import { findProjectRoot } from './find-project-root';
import { writeTemplates } from './make-project';
import { projectNameOf, readProjectIdentity, writeProjectIdentity } from './project-identity';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'project-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
};

async function check(format?: string): Promise<{ code: number; terminal: FakeTerminal }> {
  const terminal = fakeTerminal();
  const settings = readSettings({ AML_HOME: join(root, 'home') }, { cwd: root, program: 'x' });
  const context = {
    settings,
    terminal,
    output: outputOptions(format, undefined),
    connect: () => Promise.reject(new Error('no services')),
    now: () => 0,
  };
  return { code: await checkConfig(context, undefined), terminal };
}

describe('a project folder', () => {
  it('is found from any folder inside it', () => {
    mkdirSync(join(root, 'aml_config'));
    mkdirSync(join(root, 'a/b'), { recursive: true });
    expect(findProjectRoot(join(root, 'a/b'))).toBe(root);
    expect(findProjectRoot(tmpdir())).toBeUndefined();
  });

  it('gets templates that load without a warning, and keeps what it has', async () => {
    expect(writeTemplates(root, 'python')).toHaveLength(6);
    expect(await check()).toMatchObject({ code: 0 });
    expect((await check()).terminal.printedErr()).toBe('everything loads\n');
    expect(writeTemplates(root, 'python')).toEqual([]);
  });

  it('from 2017 gets only the dependency files it lacks', () => {
    write('aml_config/vm.compute', 'type: localdocker\n');
    write('aml_config/vm.runconfig', 'Target: vm\nArgumentVector: [$file]\n');
    expect(writeTemplates(root, 'python')).toEqual([
      'aml_config/conda_dependencies.yml',
      'aml_config/spark_dependencies.yml',
    ]);
    expect(readFileSync(join(root, 'aml_config/vm.compute'), 'utf8')).toBe('type: localdocker\n');
  });

  it('has the name of its folder until it is given one', () => {
    expect(readProjectIdentity(root).name).toMatch(/^project-/);
    writeProjectIdentity(root, { name: 'iris', projectId: '1' });
    expect(readProjectIdentity(root)).toEqual({ name: 'iris', projectId: '1' });
    expect(projectNameOf('_my+project (1)')).toBe('my-project -1-');
    expect(projectNameOf('---')).toBe('project');
  });
});

describe('config check', () => {
  it('prints file, line, the corrected text, and exits with 2', async () => {
    write('aml_config/local.compute', 'type: local\n');
    write(
      'aml_config/local.runconfig',
      'ArgumentVector:\n  - $file\nTarget: local\nEnvironmentVariables:\nLEVEL: "2"\nFramework: Python\n',
    );
    const { code, terminal } = await check();
    expect(code).toBe(2);
    expect(terminal.printedErr()).toMatch(/error: aml_config\/local\.runconfig:\d+:\d+: /);
    expect(terminal.printedErr()).toContain('    EnvironmentVariables:\n      LEVEL: "2"\n');
  });

  it('has the same as data', async () => {
    write('aml_config/local.compute', 'type: lokal\n');
    const { code, terminal } = await check('json');
    expect(code).toBe(2);
    expect(JSON.parse(terminal.printed())).toMatchObject({
      valid: false,
      findings: [{ file: 'aml_config/local.compute', line: 1 }],
    });
  });
});

describe('the script', () => {
  it('is found from where the person is and from the root, and told from the root', () => {
    write('code/train.py', '');
    expect(scriptPath('train.py', { root, cwd: join(root, 'code') })).toBe('code/train.py');
    expect(scriptPath('code/train.py', { root, cwd: join(root, 'code') })).toBe('code/train.py');
    expect(scriptPath(join(root, 'code/train.py'), { root, cwd: '/' })).toBe('code/train.py');
  });

  it('is refused where it is missing, a folder, or outside', () => {
    write('code/train.py', '');
    const place = { root: join(root, 'code'), cwd: join(root, 'code') };
    expect(() => scriptPath('nope.py', place)).toThrow('there is no script `nope.py`');
    expect(() => scriptPath('code', { root, cwd: root })).toThrow('`code` is a folder, not a script');
    writeFileSync(join(root, 'other.py'), '');
    expect(() => scriptPath('../other.py', place)).toThrow('is outside the project');
  });

  it('may be a link inside the project, also when the project is reached by a link', () => {
    write('real/train.py', '');
    symlinkSync(join(root, 'real'), join(root, 'linked'));
    expect(scriptPath('train.py', { root: join(root, 'linked'), cwd: join(root, 'real') })).toBe('train.py');
  });
});

describe('the interpreter of a local run', () => {
  const program = (path: string): string => {
    write(path, '#!/bin/sh\n', 0o755);
    return join(root, path);
  };

  it('is pythonLocation, VIRTUAL_ENV, CONDA_PREFIX, python3, python, in this order', () => {
    const found = (shell: Record<string, string>, location?: string) =>
      findInterpreter({ shell, root }, location);
    const path = join(root, 'bin');
    expect(found({ PATH: path })).toBeUndefined();
    const python = program('bin/python');
    expect(found({ PATH: path })).toEqual({ path: python, source: 'python' });
    const python3 = program('bin/python3');
    expect(found({ PATH: path })).toEqual({ path: python3, source: 'python3' });
    const conda = program('conda/bin/python');
    const shell = { PATH: path, CONDA_PREFIX: join(root, 'conda') };
    expect(found(shell)).toEqual({ path: conda, source: 'CONDA_PREFIX' });
    const venv = program('venv/bin/python');
    write('venv/pyvenv.cfg', 'home = /usr/bin\nversion = 3.11.2\n');
    expect(found({ ...shell, VIRTUAL_ENV: join(root, 'venv') })).toEqual({
      path: venv,
      source: 'VIRTUAL_ENV',
      version: '3.11.2',
    });
    const own = program('own/py');
    expect(found({ ...shell, VIRTUAL_ENV: join(root, 'venv') }, 'own/py')).toEqual({
      path: own,
      source: 'pythonLocation',
    });
  });

  it('is looked for further where pythonLocation is the `python` of old templates', () => {
    const python3 = program('bin/python3');
    expect(findInterpreter({ shell: { PATH: join(root, 'bin') }, root }, 'python')).toEqual({
      path: python3,
      source: 'python3',
    });
    expect(() => findInterpreter({ shell: { PATH: join(root, 'bin') }, root }, 'python2.7')).toThrow(
      'pythonLocation is `python2.7`, and there is no such program on PATH',
    );
  });
});

describe('compute targets', () => {
  beforeEach(() => void writeTemplates(root, 'python'));

  it('are written as a pair that loads, and removed as a pair', async () => {
    const written = attachTarget(root, {
      kind: 'localdocker',
      name: 'gpu',
      settings: { nvidiaDocker: true },
      force: false,
    });
    expect(written).toEqual(['aml_config/gpu.compute', 'aml_config/gpu.runconfig']);
    expect((await check()).code).toBe(0);
    expect(() => attachTarget(root, { kind: 'docker', name: 'gpu', settings: {}, force: false })).toThrow(
      'aml_config/gpu.compute is there already',
    );
    expect(detachTarget(root, 'gpu')).toEqual({ removed: written, left: [] });
  });

  it.each(['remotedocker', 'remote', 'cluster', 'kubernetes'])('of the kind %s are not there yet', (kind) => {
    expect(() => attachTarget(root, { kind, name: 'n', settings: {}, force: false })).toThrow(
      `compute targets of the kind \`${kind}\` are not there yet`,
    );
  });
});
