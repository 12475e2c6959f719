import { Journey, type ProjectFolder } from '@aml/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const journey = Journey.begin('bad');
let project: ProjectFolder;

beforeAll(async () => {
  project = await journey.project('demo', { 'train.py': 'print("trained")\n' });
});
afterAll(() => journey.end());

/** Replaces one line of a file of the project for the time of a test. */
async function submitWith(files: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const before = Object.fromEntries(
    Object.keys(files)
      .filter((name) => project.has(name))
      .map((name) => [name, project.read(name)]),
  );
  project.write(files);
  try {
    const outcome = await project.submit(...words);
    expect(outcome.stdout).not.toContain('trained');
    return outcome;
  } finally {
    project.write(before);
  }
}

const runconfig = (...lines: readonly string[]): string =>
  ['ArgumentVector:', '- $file', ...lines, ''].join('\n');

describe('a run configuration', () => {
  it('that is no YAML is refused with the place', async () => {
    const outcome = await submitWith(
      { 'aml_config/local.runconfig': 'Target: local\nArgumentVector: [$file\nFramework: Python\n' },
      '-c',
      'local',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/error: aml_config\/local\.runconfig:[23]:\d+: /);
    expect(outcome.stderr).toMatch(/\n {2}[23] \| /);
  });

  it('that is indented with tabs is refused, and how to write it is shown', async () => {
    const outcome = await submitWith(
      {
        'aml_config/local.runconfig': runconfig(
          'Target: local',
          'Framework: Python',
          'EnvironmentVariables:',
          '\tLEVEL: "2"',
        ),
      },
      '-c',
      'local',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/error: aml_config\/local\.runconfig:6:1: .*tab/);
    expect(outcome.stderr).toContain('  LEVEL: "2"');
  });

  it('whose variables are not indented is refused, and the whole corrected text is shown', async () => {
    const outcome = await submitWith(
      {
        'aml_config/local.runconfig': runconfig(
          'Target: local',
          'EnvironmentVariables:',
          '"EXAMPLE": "Example Value"',
          '"OTHER": "x"',
          'Framework: Python',
        ),
      },
      '-c',
      'local',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/error: aml_config\/local\.runconfig:\d:\d+: .*indent/);
    expect(outcome.stderr).toMatch(/EnvironmentVariables:\n +"EXAMPLE": "Example Value"\n +"OTHER": "x"\n/);
  });

  it('whose Target names nothing is refused with the targets that there are', async () => {
    const outcome = await submitWith(
      { 'aml_config/local.runconfig': runconfig('Target: lcoal', 'Framework: Python') },
      '-c',
      'local',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/aml_config\/local\.runconfig:3:9: .*`lcoal`/);
    expect(outcome.stderr).toContain('local');
    expect(outcome.stderr).toContain('docker');
  });

  it('may be named wrongly, and so may the target: both lists are shown', async () => {
    const configuration = await project.submit('-c', 'lokal', 'train.py');
    expect(configuration.exitCode).toBe(2);
    expect(configuration.stderr).toMatch(/`lokal`/);
    expect(configuration.stderr).toContain('local');
    const target = await project.submit('-t', 'vm', '-c', 'local', 'train.py');
    expect(target.exitCode).toBe(2);
    expect(target.stderr).toMatch(/`vm`/);
    expect(target.stderr).toContain('docker');
  });

  it('that names no script, submitted without one, is refused', async () => {
    const outcome = await project.submit('-c', 'local');
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/script/);
  });

  it.each([
    ['Framework: Pyhton', 'Framework', 'Pyhton'],
    ['PrepareEnvironment: maybe', 'PrepareEnvironment', 'maybe'],
  ])('with `%s` is refused, quoting it', async (line, key, value) => {
    const outcome = await submitWith(
      { 'aml_config/local.runconfig': runconfig('Target: local', line) },
      '-c',
      'local',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain(key);
    expect(outcome.stderr).toContain(value);
    expect(outcome.stderr).toMatch(/aml_config\/local\.runconfig:4:/);
  });
});

describe('a compute target', () => {
  it('of an unknown type is refused with the types that there are', async () => {
    const outcome = await submitWith(
      { 'aml_config/local.compute': 'type: lokal\n' },
      '-c',
      'local',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/aml_config\/local\.compute:1:7: .*`?lokal/);
    expect(outcome.stderr).toContain('docker');
  });

  it('with a shared folder in Docker needs sharedVolumes', async () => {
    const outcome = await submitWith(
      {
        'aml_config/docker.compute':
          'type: docker\nsharedVolumes: false\nnativeSharedDirectory: ~/.azureml/share/\n',
      },
      '-c',
      'docker',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain('nativeSharedDirectory');
    expect(outcome.stderr).toContain('sharedVolumes: true');
  });

  it('of a kind that is not there yet is refused by name', async () => {
    const outcome = await submitWith(
      {
        'aml_config/vm.compute': 'type: remotedocker\naddress: vm.example.org\nusername: me\n',
        'aml_config/vm.runconfig': runconfig('Target: vm', 'Framework: Python', 'PrepareEnvironment: true'),
      },
      '-c',
      'vm',
      'train.py',
    );
    expect([2, 3]).toContain(outcome.exitCode);
    expect(outcome.stderr).toMatch(/remotedocker|remote-docker-ssh/);
  });
});

describe('the dependency files', () => {
  it('that are missing are named, with where the name stands', async () => {
    const outcome = await submitWith(
      {
        'aml_config/docker.runconfig': runconfig(
          'Target: docker',
          'Framework: Python',
          'CondaDependenciesFile: aml_config/none.yml',
        ),
      },
      '-c',
      'docker',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/aml_config\/docker\.runconfig:5:24: /);
    expect(outcome.stderr).toContain('aml_config/none.yml');
  });

  it('that include themselves are refused, and the circle is shown', async () => {
    const outcome = await submitWith(
      {
        'aml_config/conda_dependencies.yml':
          'name: x\ndependencies:\n- python=3.11\n- pip\n- pip:\n  - -r requirements.txt\n',
        'requirements.txt': 'six\n-r more/other.txt\n',
        'more/other.txt': '-r ../requirements.txt\n',
      },
      '-c',
      'docker',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/circle|circular|itself/);
    expect(outcome.stderr).toContain('requirements.txt');
    expect(outcome.stderr).toContain('more/other.txt');
  });

  it('that include what is not there name it', async () => {
    const outcome = await submitWith(
      {
        'aml_config/conda_dependencies.yml':
          'name: x\ndependencies:\n- python=3.11\n- pip\n- pip:\n  - -r none.txt\n  - ./wheels/none.whl\n',
      },
      '-c',
      'docker',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain('none.txt');
  });

  it('that are no conda file are refused with the place', async () => {
    for (const text of ['dependencies:\n- python=3.11\n\t- pip\n', 'dependencies: [python\n']) {
      const outcome = await submitWith(
        { 'aml_config/conda_dependencies.yml': text },
        '-c',
        'docker',
        'train.py',
      );
      expect(outcome.exitCode).toBe(2);
      expect(outcome.stderr).toMatch(/aml_config\/conda_dependencies\.yml:\d:\d/);
    }
  });

  it('of Spark that are none are refused where PySpark is asked for', async () => {
    const outcome = await submitWith(
      { 'aml_config/spark_dependencies.yml': 'configuration: 3\npackages:\n- group: a\n' },
      '-c',
      'local',
      '--framework',
      'PySpark',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/aml_config\/spark_dependencies\.yml:[13]:\d/);
  });
});

describe('after all of this', () => {
  it('no run was recorded, and the next one works', async () => {
    expect(await project.json<unknown[]>('history', 'list')).toEqual([]);
    expect(await project.submit('-c', 'local', 'train.py')).toMatchObject({
      exitCode: 0,
      stdout: 'trained\n',
    });
  });
});
