import { describe, expect, it } from 'vitest';
import { projectTemplateFiles, projectTemplates } from './project-templates';
import { readAmlConfig } from './read-aml-config';
import { resolveRun } from './resolve-run';
import { computeFileText, runConfigurationFileText } from './templates';
import { read } from './testing.fixture';

describe('the pair of files that attach writes', () => {
  it('is, for a run configuration, what the old service wrote', () => {
    expect(runConfigurationFileText({ target: 'vm' })).toBe(
      [
        'ArgumentVector:',
        '- $file',
        'CondaDependenciesFile: aml_config/conda_dependencies.yml',
        'EnvironmentVariables: null',
        'Framework: PySpark',
        'PrepareEnvironment: false',
        'SparkDependenciesFile: aml_config/spark_dependencies.yml',
        'Target: vm',
        'TrackedRun: true',
        'UseSampling: true',
        '',
      ].join('\n'),
    );
  });

  it('is, for a compute target, its settings in order and a reference in place of a password', () => {
    expect(
      computeFileText({
        type: 'remotedocker',
        address: '10.0.0.4',
        username: 'me',
        passwordReference: '6cb2f2b4',
      }),
    ).toBe(
      'address: 10.0.0.4\nnativeSharedDirectory: ~/.azureml/share/\npassword: AzureMlSecret=6cb2f2b4\nsharedVolumes: true\ntype: remotedocker\nusername: me\n',
    );
  });

  it('reads back as it was meant, for every type', () => {
    for (const type of ['local', 'docker', 'remotedocker', 'remote', 'cluster'] as const) {
      const remote =
        type === 'local' || type === 'docker'
          ? {}
          : { address: 'h:2222', username: 'me: #1', passwordReference: 'x' };
      const config = read({
        'aml_config/t.compute': computeFileText({ type, ...remote }),
        'aml_config/t.runconfig': runConfigurationFileText({
          target: 't',
          framework: 'Python',
          environmentVariables: { A: 'true', B: '1.0' },
        }),
        'aml_config/conda_dependencies.yml': projectTemplates.conda.python,
        'aml_config/spark_dependencies.yml': projectTemplates.spark,
      });
      expect(config.findings).toEqual([]);
      expect(config.computeTargets[0]).toMatchObject({
        type,
        ...(remote.username === undefined ? {} : { username: 'me: #1' }),
      });
      expect(config.runConfigurations[0]?.environmentVariables).toEqual({ A: 'true', B: '1.0' });
    }
  });
});

describe('the files of a new project', () => {
  it.each(['python', 'scikit-learn'] as const)('load without a finding (%s)', (conda) => {
    const files = projectTemplateFiles(conda);
    const config = readAmlConfig(files);
    expect(config.findings).toEqual([]);
    expect(config.computeTargets.map(({ name, type }) => [name, type])).toEqual([
      ['docker', 'docker'],
      ['local', 'local'],
    ]);
    expect(config.condaFiles[0]?.dependencies.conda.includes('scikit-learn')).toBe(conda === 'scikit-learn');
    for (const name of ['local', 'docker']) {
      expect(resolveRun(files, name, { script: 'train.py' }).resolved?.framework).toBe('Python');
    }
  });

  it('say in comments how to write what is commonly added', () => {
    const uncommented = projectTemplates.docker.runConfiguration
      .replace('EnvironmentVariables: null\n', '')
      .replace(/^# (EnvironmentVariables:| {2}EXAMPLE)/gm, '$1');
    const files = {
      'aml_config/docker.runconfig': uncommented,
      'aml_config/docker.compute': projectTemplates.docker.compute,
    };
    expect(read(files).runConfigurations[0]?.environmentVariables).toEqual({
      EXAMPLE_ENV_VAR: 'Example Value',
    });
    const pip = projectTemplates.conda.python.replace(/^ {2}# (- pip:| {2}- requests)/gm, '  $1');
    expect(read({ 'aml_config/conda_dependencies.yml': pip }).condaFiles[0]?.dependencies.pip).toEqual([
      'requests',
    ]);
  });
});
