import { describe, expect, it } from 'vitest';
import { type RunConfiguration, normalizeTargetName } from './run-configuration';
import { normalizeRunConfigurationName } from './run-configuration-name';
import { codes, DOCKER, read, said } from './testing.fixture';

const FILE = 'aml_config/d.runconfig';
const shown = (text: string): string => said({ [FILE]: text, ...DOCKER }, FILE);
const configuration = (text: string): RunConfiguration | undefined =>
  read({ [FILE]: text, ...DOCKER }).runConfigurations[0];
const warned = (text: string): readonly string[] => codes(read({ [FILE]: text, ...DOCKER }).findings);

describe('normalizeRunConfigurationName', () => {
  it.each([
    'docker',
    ' docker ',
    'docker.runconfig',
    'aml_config/docker.runconfig',
    'aml_config/docker',
    './aml_config/docker.runconfig',
    'aml_config\\docker.runconfig',
    '.\\aml_config\\docker.runconfig',
    'aml_config//docker.runconfig',
    '/home/me/project/aml_config/docker.runconfig',
    'C:\\project\\aml_config\\docker.runconfig',
    'docker.RUNCONFIG',
  ])('%s names docker', (text) => {
    expect(normalizeRunConfigurationName(text)).toBe('docker');
  });

  it('leaves other text alone', () => {
    expect(normalizeRunConfigurationName('my.docker')).toBe('my.docker');
    expect(normalizeRunConfigurationName('.runconfig')).toBe('.runconfig');
    expect(normalizeRunConfigurationName('xaml_config/a')).toBe('xaml_config/a');
    expect(normalizeTargetName('aml_config/vm.compute')).toBe('vm');
  });
});

describe('environment variables', () => {
  it('are text as written, whatever YAML takes them for', () => {
    expect(
      configuration(
        'Target: docker\nEnvironmentVariables:\n  A: 1.10\n  B: True\n  C: 0x1F\n  D: "q"\n  E:\n  F: 2017-01-01\n  G: |\n    two\n    lines\n',
      )?.environmentVariables,
    ).toEqual({
      ...{ A: '1.10', B: 'True', C: '0x1F', D: 'q', E: '', F: '2017-01-01', G: 'two\nlines\n' },
    });
  });

  it('cannot have maps, lists or impossible names', () => {
    expect(shown('Target: docker\nEnvironmentVariables:\n  A: [1]\n')).toContain(
      'the environment variable `A` is a list; the value of a variable is text [environment-variable-nested]',
    );
    expect(shown('Target: docker\nEnvironmentVariables:\n  "A=B": 1\n')).toContain(
      'an environment variable cannot be called `A=B`',
    );
    expect(shown('Target: docker\nEnvironmentVariables: 5\n')).toContain(
      '`EnvironmentVariables` must be a map of names and values, here it is a number',
    );
  });

  it('that look like secrets are warned about, without the value', () => {
    const text = shown('Target: docker\nEnvironmentVariables:\n  AWS_SECRET_ACCESS_KEY: abcdefghijklmnop\n');
    expect(text).toContain(
      'warning: the environment variable `AWS_SECRET_ACCESS_KEY` looks like a secret, because of its name',
    );
    expect(text).not.toContain('abcdefghijklmnop');
  });
});

describe('Framework', () => {
  it('is PySpark when nothing is said', () => {
    expect(configuration('Target: docker\n')?.framework).toBe('PySpark');
    expect(configuration('Target: docker\nFramework: null\n')?.framework).toBe('PySpark');
  });

  it('in other capitals is read, with a warning', () => {
    expect(configuration('Target: docker\nFramework: python\n')?.framework).toBe('Python');
    expect(warned('Target: docker\nFramework: python\n')).toEqual(['warning framework-spelling']);
  });

  it('that is unknown is an error with the likely one', () => {
    expect(shown('Target: docker\nFramework: Pyhton\n')).toBe(
      [
        'aml_config/d.runconfig:2:12: error: `Framework` is `Pyhton`; it can be `PySpark` or `Python` [framework-unknown]',
        '   2 | Framework: Pyhton',
        '     |            ^',
        '  write:',
        '    Framework: Python',
        '  Did you mean `Python`?',
      ].join('\n'),
    );
  });
});

describe('ArgumentVector', () => {
  it('takes numbers and booleans as written', () => {
    expect(
      configuration('Target: docker\nArgumentVector: [$file, 234, 0.10, True, -v]\n')?.argumentVector,
    ).toEqual(['$file', '234', '0.10', 'True', '-v']);
  });

  it('must be a list of texts', () => {
    expect(shown('Target: docker\nArgumentVector: $file --alpha 1\n')).toContain(
      '  write:\n    ArgumentVector:\n      - $file\n      - --alpha\n      - 1',
    );
    expect(shown('Target: docker\nArgumentVector:\n  - $file\n  - --alpha: 1\n')).toContain(
      '  write:\n    - --alpha\n    - 1',
    );
    expect(warned('Target: docker\nArgumentVector:\n  - $file\n  -\n')).toEqual(['warning argument-empty']);
  });
});

describe('settings', () => {
  it('are found in other capitals, with a warning', () => {
    expect(configuration('target: docker\ntrackedrun: false\n')).toMatchObject({
      target: 'docker',
      trackedRun: false,
    });
    expect(shown('target: docker\n')).toContain(
      'the setting is written `Target`, here it is `target`; it is read as `Target` [key-spelling]',
    );
  });

  it('have defaults', () => {
    expect(configuration('Target: docker\n')).toMatchObject({
      ...{ argumentVector: [], environmentVariables: {}, prepareEnvironment: false, trackedRun: true },
      dataSources: { useSampling: true, settings: {}, substitutions: {} },
    });
  });

  it('of data sources are kept, also when their sampling is not indented as in the old documentation', () => {
    const text =
      'Target: docker\nUseSampling: false\nDataSourceSettings:\n    MyDataSource.dsource:\n    Sampling:\n    Sample: MySample\n    other.dsource:\n        Sampling:\n            Sample: S\n';
    expect(configuration(text)?.dataSources).toEqual({
      useSampling: false,
      settings: {
        'MyDataSource.dsource': { Sampling: { Sample: 'MySample' } },
        'other.dsource': { Sampling: { Sample: 'S' } },
      },
      substitutions: {},
    });
    expect(shown(text)).toContain(
      '  write:\n    DataSourceSettings:\n      MyDataSource.dsource:\n        Sampling:\n          Sample: MySample',
    );
    expect(shown('Target: docker\nDataSourceSubstitutions:\n  a.dsource: [b]\n')).toContain(
      'must be the name of a data source, here it is a list',
    );
  });

  it('know where they stand', () => {
    expect(configuration('# c\nTarget: docker\n')?.positions).toEqual({ Target: { line: 2, column: 9 } });
  });

  it('of the later SDK are read as far as they mean the same, with one warning', () => {
    const text =
      'script: train.py\narguments: [--alpha, 0.5]\ntarget: docker\nframework: Python\nprepareEnvironment: true\nenvironment:\n  environmentVariables:\n    A: 1\n  python:\n    condaDependenciesFile: aml_config/conda_dependencies.yml\nhistory:\n  outputCollection: true\nnodeCount: 1\n';
    expect(configuration(text)).toMatchObject({
      ...{
        argumentVector: ['train.py', '--alpha', '0.5'],
        target: 'docker',
        framework: 'Python',
        prepareEnvironment: true,
      },
      ...{ environmentVariables: { A: '1' }, condaDependenciesFile: 'aml_config/conda_dependencies.yml' },
      unknown: { nodeCount: 1, history: { outputCollection: true } },
    });
    expect(warned(text)).toEqual(['warning later-format']);
  });
});

describe('Target', () => {
  it('that names nothing is an error that lists the targets and the likely one', () => {
    expect(said({ [FILE]: 'Target: dockr\n', ...DOCKER, 'aml_config/vm.compute': 'type: local\n' })).toBe(
      [
        'aml_config/d.runconfig:1:9: error: `Target` is `dockr`, and there is no `aml_config/dockr.compute`; the compute targets are `docker` and `vm` [target-unknown]',
        '   1 | Target: dockr',
        '     |         ^',
        '  write:',
        '    Target: docker',
        '  Did you mean `docker`?',
      ].join('\n'),
    );
    expect(said({ [FILE]: 'Target: dockr\n' })).toContain('the project has no compute target');
  });

  it('may be written with folder, ending or other capitals, with a warning', () => {
    expect(warned('Target: aml_config/docker.compute\n')).toEqual(['warning target-spelling']);
    expect(warned('Target: Docker\n')).toEqual(['warning target-spelling']);
  });

  it('that is absent is the compute target of the same name', () => {
    expect(said({ 'aml_config/docker.runconfig': 'Framework: Python\n', ...DOCKER })).toContain(
      'warning: there is no `Target`; the compute target of the same name, `docker`, is used [target-absent]',
    );
    expect(shown('Framework: Python\n')).toContain(
      'error: there is no `Target`, and no compute target is called `d`; the only compute target is `docker` [target-absent]',
    );
  });

  it('local needs no file, as in early projects', () => {
    const config = read({ 'aml_config/local.runconfig': 'Target: local\nFramework: Python\n' });
    expect(config.findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'warning: `Target` is `local`, and there is no `aml_config/local.compute`: this machine with its own Python is used',
    ]);
  });
});
