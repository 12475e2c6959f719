import { describe, expect, it } from 'vitest';
import { composeArguments } from './argument-vector';
import { formatFinding } from './format-finding';
import { ATTACHED, TEMPLATE_OF_2017 } from './real-projects.fixture';
import { type ResolvedRun, resolveRun, type RunOverrides } from './resolve-run';
import { codes, DOCKER, project, type Texts } from './testing.fixture';

const PYTHON: Texts = {
  ...DOCKER,
  'aml_config/d.runconfig': 'Target: docker\nFramework: Python\nArgumentVector: [$file]\n',
};

function run(texts: Texts, name: string, overrides?: RunOverrides): ResolvedRun {
  const { resolved, findings } = resolveRun(project(texts), name, overrides);
  if (resolved === undefined) throw new Error(findings.map((finding) => formatFinding(finding)).join('\n'));
  return resolved;
}

function shown(texts: Texts, name: string, overrides?: RunOverrides): string {
  return resolveRun(project(texts), name, overrides)
    .findings.map((finding) => formatFinding(finding, String(texts[finding.file] ?? '')))
    .join('\n');
}

describe('the command of a run', () => {
  it.each([
    ['$file is the script', ['$file'], { script: 'a.py', arguments: ['--x', '1'] }, ['a.py', '--x', '1']],
    [
      'arguments of the vector come first',
      ['$file', '--alpha', '0.1'],
      { script: 'a.py', arguments: ['--alpha', '2'] },
      ['a.py', '--alpha', '0.1', '--alpha', '2'],
    ],
    ['$file may stand anywhere', ['wrap.py', '$file', '-v'], { script: 'a.py' }, ['wrap.py', 'a.py', '-v']],
    [
      'a vector with its own script is not used when one is given',
      ['own.py', '234'],
      { script: 'a.py', arguments: ['x'] },
      ['a.py', 'x'],
    ],
    ['without a script the vector runs', ['own.py', '234', '-v'], {}, ['own.py', '234', '-v']],
    ['arguments without a script are appended', ['own.py'], { arguments: ['x y'] }, ['own.py', 'x y']],
    ['an empty vector is just the script', [], { script: 'a.py' }, ['a.py']],
  ])('%s', (_, vector, submitted, command) => {
    expect(composeArguments(vector, submitted)).toEqual(command);
  });

  it('needs a script where the vector asks for one', () => {
    expect(shown(PYTHON, 'd')).toBe(
      [
        'aml_config/d.runconfig:3:17: error: `ArgumentVector` runs the script that is given at submit (`$file`), and none was given [script-missing]',
        '   3 | ArgumentVector: [$file]',
        '     |                 ^',
        '  Type `aml experiment submit -c d SCRIPT.py`.',
      ].join('\n'),
    );
    expect(
      shown({ ...DOCKER, 'aml_config/d.runconfig': 'Target: docker\nFramework: Python\n' }, 'd'),
    ).toContain('`ArgumentVector` is empty, and no script was given');
  });

  it('says when a vector with its own script is not used', () => {
    const texts = {
      ...DOCKER,
      'aml_config/d.runconfig': 'Target: docker\nFramework: Python\nArgumentVector: [own.py, 234]\n',
    };
    expect(shown(texts, 'd', { script: 'a.py' })).toContain(
      '`ArgumentVector` names its own script, `own.py`; it is not used, because `a.py` was given [argument-vector-replaced]',
    );
  });

  it('is of a script inside the project', () => {
    for (const script of ['../a.py', '/tmp/a.py', 'x/../../a.py', '~/a.py']) {
      expect(shown(PYTHON, 'd', { script })).toContain(
        `(command line): error: the script \`${script}\` is outside the project`,
      );
    }
    expect(run(PYTHON, 'd', { script: './src/../train.py' }).argumentVector).toEqual(['train.py']);
    const windows = {
      ...DOCKER,
      'aml_config/d.runconfig':
        'Target: docker\nFramework: Python\nArgumentVector: [code\\train.py, "a\\\\b"]\n',
    };
    expect(run(windows, 'd').argumentVector).toEqual(['code/train.py', 'a\\b']);
  });
});

describe('resolveRun', () => {
  it('takes a run configuration by name, by file name and by path', () => {
    for (const name of [
      'dsvm-python',
      'dsvm-python.runconfig',
      'aml_config/dsvm-python.runconfig',
      'DSVM-Python',
    ]) {
      expect(run(ATTACHED, name)).toMatchObject({
        name: 'dsvm-python',
        script: 'code/train.py',
        computeTarget: { name: 'dsvm' },
      });
    }
  });

  it('fills conda for containers and clusters, and Spark for PySpark', () => {
    const docker = run(TEMPLATE_OF_2017, 'docker', { script: 'a.py' });
    expect([docker.condaFile, docker.sparkFile]).toEqual([
      'aml_config/conda_dependencies.yml',
      'aml_config/spark_dependencies.yml',
    ]);
    expect(docker.conda?.conda).toContain('python=3.5.2');
    expect(docker.spark?.configuration['spark.app.name']).toBe('ClassifyingIris');
    const local = run(TEMPLATE_OF_2017, 'local', { script: 'a.py' });
    expect([local.conda, local.condaFile, local.spark, local.sparkFile]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(run(ATTACHED, 'hdi', { script: 'a.py' }).conda?.pip).toEqual(['seaborn']);
    expect(run(ATTACHED, 'vm', { script: 'a.py' }).conda).toBeUndefined();
  });

  it('leaves conda out where the user manages the environment', () => {
    const texts = { ...PYTHON, 'aml_config/docker.compute': 'type: docker\nuserManagedEnvironment: true\n' };
    expect(run(texts, 'd', { script: 'a.py' }).conda).toBeUndefined();
    const early = {
      ...PYTHON,
      'aml_config/d.runconfig':
        '{"ArgumentVector": ["a.py"], "Target": "docker", "Framework": "Python", "ManagedEnvironment": false}',
    };
    expect(run(early, 'd').conda).toBeUndefined();
  });

  it('lets what was typed win over the files', () => {
    const resolved = run(ATTACHED, 'dsvm-python', {
      ...{ script: 'b.py', target: 'vm', framework: 'PySpark', prepareEnvironment: false, trackedRun: false },
      environmentVariables: { SCALE: '2', NEW: 'é "x"\n' },
    });
    expect(resolved).toMatchObject({
      framework: 'PySpark',
      prepareEnvironment: false,
      trackedRun: false,
      computeTarget: { name: 'vm' },
    });
    expect(resolved.environmentVariables).toEqual({
      OMP_NUM_THREADS: '4',
      SCALE: '2',
      VERBOSE: 'True',
      NEW: 'é "x"\n',
    });
    expect(resolved.sparkFile).toBe('aml_config/spark_dependencies.yml');
  });

  it('is not stopped by mistakes in files that the run does not read', () => {
    const texts = {
      ...PYTHON,
      'aml_config/broken.runconfig': '\tx',
      'aml_config/broken.compute': 'type: x\n',
      'aml_config/spark_dependencies.yml': '[',
    };
    expect(resolveRun(project(texts), 'd', { script: 'a.py' }).findings).toEqual([]);
  });

  it('is stopped by mistakes in files that the run reads', () => {
    for (const broken of [
      { 'aml_config/docker.compute': 'type: [' },
      { 'aml_config/conda_dependencies.yml': '\tx' },
      { 'aml_config/d.runconfig': 'Target: [' },
    ]) {
      const { resolved, findings } = resolveRun(project({ ...PYTHON, ...broken }), 'd', { script: 'a.py' });
      expect([resolved, new Set(findings.map(({ severity }) => severity))]).toEqual([
        undefined,
        new Set(['error']),
      ]);
    }
  });

  it('says which run configurations there are when the name is unknown', () => {
    expect(shown(ATTACHED, 'dsvm-pyton', { script: 'a.py' })).toBe(
      [
        '(command line): error: there is no run configuration `dsvm-pyton`; there are `dsvm`, `dsvm-python`, `hdi` and `vm` [run-configuration-unknown]',
        '  Did you mean `dsvm-python`?',
      ].join('\n'),
    );
    expect(shown({}, 'docker')).toContain(
      'the project has no `aml_config` folder with run configurations [aml-config-missing]',
    );
  });

  it('prints the run configuration to write when there is only a compute target of that name', () => {
    expect(shown(DOCKER, 'docker', { script: 'a.py' })).toContain(
      '  write:\n    ArgumentVector:\n    - $file\n',
    );
    expect(shown(DOCKER, 'docker', { script: 'a.py' })).toContain(
      'write the text above as `aml_config/docker.runconfig`',
    );
  });

  it('says which compute targets there are when the typed one is unknown', () => {
    expect(shown(ATTACHED, 'dsvm', { script: 'a.py', target: 'dsvn' })).toBe(
      [
        '(command line): error: `-t` is `dsvn`, and there is no `aml_config/dsvn.compute`; the compute targets are `dsvm`, `hdi` and `vm` [target-unknown]',
        '  Did you mean `dsvm`?',
      ].join('\n'),
    );
    expect(
      run(ATTACHED, 'dsvm', { script: 'a.py', target: 'aml_config/hdi.compute' }).computeTarget.name,
    ).toBe('hdi');
  });

  it('warns of secrets that were typed or stand in the vector, without showing them', () => {
    const texts = {
      ...PYTHON,
      'aml_config/d.runconfig':
        'Target: docker\nFramework: Python\nArgumentVector: [$file, --password, hunter22]\n',
    };
    const overrides = {
      script: 'a.py',
      arguments: ['--api-key=abcdefgh12'],
      environmentVariables: { DB_PASSWORD: 'hunter33' },
    };
    expect(codes(resolveRun(project(texts), 'd', overrides).findings)).toEqual([
      'warning secret-typed',
      'warning secret-typed',
      'warning secret-in-configuration',
    ]);
    expect(shown(texts, 'd', overrides)).not.toMatch(/hunter|abcdefgh/);
  });

  it('refuses impossible names of variables that were typed', () => {
    expect(shown(PYTHON, 'd', { script: 'a.py', environmentVariables: { 'A=B': 'x' } })).toContain(
      'an environment variable cannot be called `A=B`',
    );
  });

  it('gives something that can be sent as JSON without a password in it', () => {
    const texts = {
      ...PYTHON,
      'aml_config/docker.compute': 'type: remote\naddress: h\nusername: u\npassword: hunter22\n',
    };
    expect(JSON.stringify(run(texts, 'd', { script: 'a.py' }))).not.toContain('hunter22');
  });
});
