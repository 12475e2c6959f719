import { Journey, pysparkFolder, type ProjectFolder } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** This site has a Python package index and no conda channel, and no Python as old as the project asks for. */
const journey = Journey.begin('old', {
  env: { AML_PACKAGE_SOURCE: 'pypi', AML_PYTHON_FALLBACK: 'nearest-newer' },
});
let project: ProjectFolder;
const runs: string[] = [];

beforeAll(() => {
  const origin = join(journey.folder, 'origin');
  execFileSync('cp', ['-r', join(import.meta.dirname, '../fixtures/iris-2017'), origin]);
  const git = (...words: string[]): void => {
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...words], {
      cwd: origin,
      env: { ...process.env, HOME: journey.userHome },
      stdio: 'pipe',
    });
  };
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'As it was in 2017');
  project = journey.at(join(journey.folder, 'iris-2017'));
  execFileSync('git', ['clone', '-q', origin, project.path], { stdio: 'pipe' });
});
afterAll(async () => {
  const environments = await project.json<readonly { identity: string }[]>('environment', 'list');
  // The layer with Spark stays on the engine: it takes a minute to make.
  for (const { identity } of environments)
    execFileSync('docker', ['image', 'rm', '-f', `aml-env:${identity.slice(0, 32)}`]);
  await journey.end();
});

async function lastRun(): Promise<string> {
  return (await project.succeed('history', 'last', '--query', 'run_id', '-o', 'tsv')).stdout.trim();
}

describe('a project of 2017, just cloned', () => {
  it('loads: the type localdocker, the reference to a password, numbers among the arguments', async () => {
    const outcome = await project.aml('config', 'check');
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toMatch(/docker\.compute: compute target docker, docker/);
    expect(outcome.stdout).toMatch(
      /docker\.runconfig: run configuration docker, PySpark on docker: \$file 0\.5/,
    );
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: project.path }).toString()).toBe('');
  });

  it('says before anything is built what of its environment is gone, and what is taken in its place', async () => {
    const { stdout } = await project.succeed('environment', 'plan', '-c', 'docker');
    expect(stdout).toMatch(/"microsoft\/mmlspark:plus-0\.7\.91" .* no longer/);
    expect(stdout).toMatch(/asks for "python=3\.5\.2" and gets Python 3\.\d+/);
    expect(stdout).toMatch(/"azure-ml-api-sdk" is left out/);
    expect(stdout).toMatch(/"azureml-dataprep" is left out/);
    expect(stdout).toMatch(/azuremldownloads\.azureedge\.net.* is left out/);
  });

  it('runs on this machine as it is', async () => {
    const outcome = await project.submit('-c', 'local', 'iris_sklearn.py');
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toContain('Regularization rate is 0.01\n');
  });

  it('runs in Docker as PySpark, the old default, also a script that never asks for Spark', async () => {
    const outcome = await journey.aml(['experiment', 'submit', '-c', 'docker', 'iris_sklearn.py'], {
      cwd: project.path,
      seconds: 280,
    });
    expect(outcome.stderr).toContain('Completed');
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toMatch(/^Regularization rate is 2\.0\nPython 3\.\d+\n$/);
    runs.push(await lastRun());
  });

  it('runs in Docker as PySpark for real, with the settings of spark_dependencies.yml', async () => {
    const outcome = await project.submit('-c', 'docker', 'iris_spark.py');
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toMatch(/150 rows in ClassifyingIris with Spark \d/);
    const record = await project.json<{ Accuracy: number; arguments: string[] }>('history', 'last');
    expect(record).toMatchObject({ Accuracy: 0.25, arguments: ['0.5'] });
  });

  it('runs on this machine as PySpark for real, with the pyspark that is installed here', async () => {
    const venv = join(journey.folder, 'venv');
    execFileSync('python3', ['-m', 'venv', '--without-pip', venv]);
    const [version = ''] = readdirSync(join(venv, 'lib'));
    writeFileSync(join(venv, 'lib', version, 'site-packages/pyspark.pth'), `${await pysparkFolder()}\n`);
    const outcome = await project.amlWith(
      { env: { VIRTUAL_ENV: venv, PATH: `${join(venv, 'bin')}:${journey.env['PATH'] ?? ''}` } },
      'experiment',
      'submit',
      '-t',
      'local',
      '-c',
      'docker',
      'iris_spark.py',
      '0.125',
    );
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toMatch(/150 rows in ClassifyingIris with Spark 3/);
  });

  it('has runs that are compared and queried as ever', async () => {
    project.write({ 'iris_sklearn.py': project.read('iris_sklearn.py').replace('reg / 100', 'reg / 200') });
    await project.succeed('experiment', 'submit', '-c', 'docker', 'iris_sklearn.py');
    runs.push(await lastRun());
    const { stdout } = await project.succeed('history', 'compare', '-r', runs[0] ?? '', '-r', runs[1] ?? '');
    expect(stdout).toMatch(/Accuracy +0\.98 +0\.99 +\+0\.01/);
    expect(stdout).toContain('-run_logger.log("Accuracy", 1 - reg / 100)');
    const best = await project.succeed(
      'history',
      'list',
      '--query',
      '@[?Accuracy != null] | max_by(@, &Accuracy).Accuracy',
    );
    expect(best.stdout).toBe('0.9999\n');
    await project.succeed(
      'history',
      'promote',
      '-r',
      runs[1] ?? '',
      '-ap',
      'outputs/model.pkl',
      '-n',
      'model.pkl',
    );
    await project.succeed('asset', 'download', '-l', 'assets/model.pkl.link', '-d', 'got');
    const model = execFileSync('find', [join(project.path, 'got'), '-name', '*.pkl'])
      .toString()
      .trim();
    expect(readFileSync(model, 'utf8')).toBe('model');
  });
});
