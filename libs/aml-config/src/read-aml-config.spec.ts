import { describe, expect, it } from 'vitest';
import { ATTACHED, EARLY, TEMPLATE_OF_2017 } from './real-projects.fixture';
import { referencedPaths } from './read-aml-config';
import { resolveRun } from './resolve-run';
import { codes, DOCKER, project, read, said } from './testing.fixture';

describe('projects of 2017', () => {
  it('load in the shape of the first templates', () => {
    const config = read(TEMPLATE_OF_2017);
    expect(config.computeTargets.map(({ name, type }) => [name, type])).toEqual([
      ['docker', 'docker'],
      ['local', 'local'],
    ]);
    expect(config.runConfigurations.map(({ name, framework }) => [name, framework])).toEqual([
      ['docker', 'PySpark'],
      ['local', 'Python'],
    ]);
    expect(config.condaFiles[0]?.dependencies.pip[1]).toContain(
      'azureml.assets-1.0.0-py3-none-any.whl?sv=2016-05-31&si=ro-2017',
    );
    expect(config.sparkFiles[0]?.dependencies.configuration).toEqual({
      'spark.app.name': 'ClassifyingIris',
      'spark.executor.cores': '2',
      'spark.executor.memory': '5g',
      'spark.sql.catalogImplementation': 'hive',
      'spark.dynamicAllocation.enabled': 'False',
    });
    expect(config.sparkFiles[0]?.dependencies.packages[1]).toEqual({
      group: 'databricks',
      artifact: 'spark-sklearn',
      version: '0.20',
    });
    expect(codes(config.findings)).toEqual(['warning pip-not-listed', 'warning pip-path-absolute']);
  });

  it('load in the shape that attach wrote, several run configurations sharing one target', () => {
    const config = read(ATTACHED);
    expect(config.findings).toEqual([]);
    expect(config.computeTargets.find(({ name }) => name === 'dsvm')).toMatchObject({
      type: 'remotedocker',
      address: { host: '52.183.91.221' },
      username: 'datasci',
      password: { kind: 'secret-reference', reference: 'dsvm#datasci#8f1f946409b04543be020e0ce55c4116' },
      nvidiaDocker: true,
      sharedVolumes: true,
    });
    expect(config.computeTargets.find(({ name }) => name === 'vm')?.address).toEqual({
      host: 'vm.example.com',
      port: 2222,
    });
    expect(config.computeTargets.find(({ name }) => name === 'hdi')?.yarnDeployMode).toBe('client');
    const python = config.runConfigurations.find(({ name }) => name === 'dsvm-python');
    expect(python?.argumentVector).toEqual(['code/train.py', '234', '-v', '--alpha', '0.10']);
    expect(python?.environmentVariables).toEqual({ OMP_NUM_THREADS: '4', SCALE: '1.10', VERBOSE: 'True' });
    expect(config.runConfigurations.find(({ name }) => name === 'hdi')?.dataSources.substitutions).toEqual({
      '201701-trips.dsource': '201501-trips.dsource',
    });
    expect(config.runConfigurations.filter(({ target }) => target === 'dsvm')).toHaveLength(2);
  });

  it('load in the shape of the first preview: JSON, tabs, CRLF, no type, a lost comma', () => {
    const config = read(EARLY);
    expect(config.computeTargets.map(({ name, type }) => [name, type])).toEqual([
      ['cluster', 'cluster'],
      ['docker', 'docker'],
      ['native', 'local'],
    ]);
    const docker = config.runConfigurations.find(({ name }) => name === 'docker');
    expect(docker).toMatchObject({
      target: 'docker',
      prepareEnvironment: true,
      managedEnvironment: true,
      framework: 'PySpark',
    });
    expect(docker?.description).toContain('\nPackages are in');
    expect(codes(config.findings)).toEqual(['warning password-plain-text', 'warning json-comma-missing']);
    expect(resolveRun(project(EARLY), 'native', { script: 'a.py' }).resolved?.argumentVector).toEqual([
      'a.py',
    ]);
  });
});

describe('readAmlConfig', () => {
  it('reads an empty folder as nothing', () => {
    expect(read({})).toEqual({
      computeTargets: [],
      runConfigurations: [],
      condaFiles: [],
      sparkFiles: [],
      findings: [],
    });
  });

  it('ignores files of other places and other kinds, and says when a name is nearly right', () => {
    const config = read({
      'other/docker.compute': 'type: nonsense\n',
      'aml_config/project.json': '{}',
      'aml_config/sub/x.compute': 'type: nonsense\n',
      'aml_config/gpu.runconfig.yml': 'Target: x\n',
      'aml_config/conda_dependencies.yaml': 'dependencies: []\n',
    });
    expect(config.findings.map(({ file, message }) => `${file}: ${message}`)).toEqual([
      'aml_config/conda_dependencies.yaml: the file is not read because of its name; `aml_config/conda_dependencies.yml` would be',
      'aml_config/gpu.runconfig.yml: the file is not read because of its name; `aml_config/gpu.runconfig` would be',
    ]);
  });

  it('keeps unknown settings and warns about them, with what was probably meant', () => {
    const config = read({
      'aml_config/d.compute': 'type: docker\nbaseDokerImage: x\nextra:\n  a: [1, "2"]\n',
    });
    expect(config.computeTargets[0]?.unknown).toEqual({ baseDokerImage: 'x', extra: { a: [1, '2'] } });
    expect(said({ 'aml_config/d.compute': 'type: docker\nbaseDokerImage: x\n' })).toBe(
      [
        'aml_config/d.compute:2:1: warning: `baseDokerImage` is not a setting of a compute target; it is kept and has no effect [unknown-key]',
        '   2 | baseDokerImage: x',
        '     | ^',
        '  Did you mean `baseDockerImage`?',
      ].join('\n'),
    );
  });

  it('reads a file with a byte order mark and Windows line ends as any other', () => {
    const text = '\ufeffTarget: docker\r\nEnvironmentVariables:\r\n  A: x\r\nFramework: Python\r\n';
    const config = read({ ...DOCKER, 'aml_config/d.runconfig': text });
    expect(config.findings).toEqual([]);
    expect(config.runConfigurations[0]).toMatchObject({
      target: 'docker',
      environmentVariables: { A: 'x' },
      framework: 'Python',
    });
  });

  it('does not say that a target is unknown when its file is there and broken', () => {
    const config = read({
      ...DOCKER,
      'aml_config/docker.compute': 'type: [docker\n',
      'aml_config/docker.runconfig': 'Target: docker\n',
    });
    expect(new Set(config.findings.map(({ code }) => code))).toEqual(new Set(['yaml-bracket']));
  });
});

describe('referencedPaths', () => {
  it('names what the given files refer to and what was not given', () => {
    const files = {
      'aml_config/gpu.runconfig': 'Target: docker\nCondaDependenciesFile: environments/gpu.yml\n',
    };
    expect(referencedPaths(project(files))).toEqual([
      'aml_config/conda_dependencies.yml',
      'aml_config/spark_dependencies.yml',
      'environments/gpu.yml',
    ]);
    const more = {
      ...files,
      ...DOCKER,
      'environments/gpu.yml': 'dependencies:\n  - pip:\n    - -r requirements.txt\n',
    };
    expect(referencedPaths(project(more))).toEqual(['environments/requirements.txt', 'requirements.txt']);
    const most = { ...more, 'requirements.txt': '-r base.txt\n' };
    expect(referencedPaths(project(most))).toEqual(['base.txt', 'environments/requirements.txt']);
  });
});
