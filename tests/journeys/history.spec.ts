import { Journey, type ProjectFolder } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const TRAIN = `
import os, sys
from azureml.logging import get_azureml_logger
log = get_azureml_logger()
rate = float(sys.argv[1])
for step in range(3): log.log("loss", rate / (step + 1))
log.log("Accuracy", 1 - rate)
log.log("status", "of the script")
log.log("nan", float("nan"))
os.makedirs("outputs/models", exist_ok=True)
with open("outputs/models/model.pkl", "wb") as file: file.write(b"\\x00model \\xff" + sys.argv[1].encode())
print("rate", rate)
if rate > 0.6: sys.exit("too fast")
`;

interface Run {
  readonly run_id: string;
  readonly run_number: number;
  readonly status: string;
  readonly Accuracy: number;
  readonly metrics: Record<string, unknown>;
  readonly [field: string]: unknown;
}

const journey = Journey.begin('history');
let project: ProjectFolder;
const ids: string[] = [];
const list = (...words: readonly string[]): Promise<readonly Run[]> =>
  project.json<readonly Run[]>('history', 'list', ...words);

beforeAll(async () => {
  project = await journey.project('iris', { 'train.py': TRAIN, 'plain.py': 'print("no metrics")\n' });
  for (const rate of ['0.4', '0.1', '0.7']) {
    const outcome = await project.submit('-c', 'local', '--tag', `rate=${rate}`, 'train.py', rate);
    ids.push(/run (iris_\d+)/.exec(outcome.stderr)?.[1] ?? '');
  }
  project.write({ 'train.py': TRAIN.replace('1 - rate', '1 - rate * 2') });
  project.write({
    'aml_config/local.runconfig': `${project.read('aml_config/local.runconfig')}\n`.replace(
      'EnvironmentVariables: null',
      'EnvironmentVariables:\n  LEVEL: "2"',
    ),
  });
  await project.succeed('experiment', 'submit', '-c', 'local', '--name', 'the fourth', 'train.py', '0.1');
  await project.succeed('experiment', 'submit', '-c', 'local', 'plain.py');
  ids.push(
    ...(await list())
      .slice(0, 2)
      .map((run) => run.run_id)
      .reverse(),
  );
});
afterAll(() => journey.end());

describe('a record', () => {
  it('has what the old service’s records had, and metrics as keys of their own; fields win', async () => {
    const run = await project.json<Run>('history', 'info', '-r', ids[0] ?? '');
    expect(run).toMatchObject({
      run_id: ids[0],
      run_number: 1,
      script_name: 'train.py',
      target: 'local',
      status: 'Completed',
      Accuracy: 0.6,
      loss: [0.4, 0.2, 0.4 / 3],
      arguments: ['0.4'],
      tags: { rate: '0.4' },
      hidden: false,
      heartbeat_enabled: expect.any(Boolean) as boolean,
      parent_run_id: null,
      name: null,
      description: null,
      experiment_id: expect.any(String) as string,
      user_id: expect.any(String) as string,
    });
    expect(run.run_id).toMatch(/^iris_\d{13}$/);
    expect(run['duration']).toMatch(/^\d+:\d\d:\d\d\.\d{6}$/);
    for (const field of ['created_utc', 'start_time_utc', 'end_time_utc'])
      expect(run[field]).toMatch(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/);
    expect(String(run['attachments']).split(',')).toEqual([
      'control_log.txt',
      'driver_log.txt',
      'outputs/models/model.pkl',
    ]);
    expect(run.metrics['status']).toBe('of the script');
    expect(Object.keys(run.metrics)).toContain('nan');
  });

  it('knows the commit of the project’s repository', async () => {
    const git = (...words: string[]): string =>
      execFileSync(
        'git',
        ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-C', project.path, ...words],
        {
          env: { ...process.env, HOME: journey.userHome },
        },
      ).toString();
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    await project.succeed('experiment', 'submit', '-c', 'local', 'plain.py');
    const run = await project.json<{ properties: { CommitId: string } }>('history', 'last');
    expect(run.properties.CommitId).toBe(git('rev-parse', 'HEAD').trim());
  });
});

describe('the list of runs', () => {
  it('is a table for people: the newest first, with the metrics', async () => {
    const { stdout } = await project.succeed('history', 'list');
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^Run +Status +.*Accuracy/);
    expect(rows.length).toBeGreaterThanOrEqual(5);
    expect(rows.at(-1)).toContain(ids[0]);
    expect(stdout).toMatch(/Failed/);
  });

  it('is tsv for shell tools, one line a run, and yaml and json for programs', async () => {
    const tsv = await project.succeed(
      'history',
      'list',
      '--query',
      '[].[run_id, Accuracy]',
      '-o',
      'tsv',
      '--script',
      'train.py',
    );
    expect(tsv.stdout.trimEnd().split('\n')).toHaveLength(4);
    expect(tsv.stdout).toContain(`${ids[0]}\t0.6\n`);
    expect((await project.succeed('history', 'list', '-o', 'yaml', '--limit', '1')).stdout).toMatch(
      /^(- |  )run_id: iris_\d+$/m,
    );
    expect((await list()).length).toBeGreaterThanOrEqual(5);
  });

  it('answers which run was the best', async () => {
    const best = await project.succeed(
      'history',
      'list',
      '--query',
      '@[?Accuracy != null] | max_by(@, &Accuracy).Accuracy',
    );
    expect(best.stdout).toBe('0.9\n');
    const id = await project.succeed(
      'history',
      'list',
      '--query',
      '[?Accuracy != null] | max_by(@, &Accuracy).run_id',
      '-o',
      'tsv',
    );
    expect(id.stdout.trim()).toBe(ids[1]);
    const sorted = await list('--metric', 'Accuracy>0.5', '--sort', '-metrics.Accuracy', '--top', '1');
    expect(sorted.map((run) => run.run_id)).toEqual([ids[1]]);
  });

  it('is filtered by state, script, name, tag and metric', async () => {
    expect((await list('--status', 'failed')).map((run) => run.run_id)).toEqual([ids[2]]);
    expect((await list('--name', 'the fourth')).map((run) => run.run_id)).toEqual([ids[3]]);
    expect((await list('--tag', 'rate=0.4')).map((run) => run.run_id)).toEqual([ids[0]]);
    expect((await list('--script', 'train.py')).map((run) => run.run_id)).toEqual(ids.slice(0, 4).reverse());
    expect((await list('--metric', 'Accuracy<=0.6')).map((run) => run.run_id)).toEqual([ids[2], ids[0]]);
    expect(await list('--target', 'docker')).toEqual([]);
    expect(await list('--until', '2020-01-01')).toEqual([]);
    expect(await list('--since', '1h')).not.toEqual([]);
  });

  it('says how many more there are where the table is cut', async () => {
    const { stdout, stderr } = await project.succeed('history', 'list', '--limit', '2');
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(stderr).toMatch(/2 of \d+ runs/);
  });

  it('refuses a query that is none, with where it is wrong', async () => {
    const outcome = await project.aml('history', 'list', '--query', '[?Accuracy');
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/query/);
    expect(outcome.stdout).toBe('');
  });

  it('names the run that is not there', async () => {
    for (const words of [['info'], ['download', '-d', journey.folder], ['compare', '-r', ids[0] ?? '']]) {
      const outcome = await project.aml('history', ...words, '-r', 'iris_1');
      expect(outcome.exitCode).toBe(2);
      expect(outcome.stderr).toContain('iris_1');
    }
  });
});

describe('comparing two runs', () => {
  it('shows arguments and metrics that differ', async () => {
    const { stdout } = await project.succeed('history', 'compare', '-r', ids[0] ?? '', '-r', ids[1] ?? '');
    expect(stdout).toContain(ids[0]);
    expect(stdout).toMatch(/Accuracy +0\.6 +0\.9 +\+0\.3/);
    expect(stdout).toMatch(/0\.4/);
    expect(stdout).not.toContain('@@');
  });

  it('shows the lines of the files that differ, and the configuration', async () => {
    const { stdout } = await project.succeed('history', 'compare', ids[1] ?? '', ids[3] ?? '');
    expect(stdout).toMatch(/train\.py +modified/);
    expect(stdout).toContain('-log.log("Accuracy", 1 - rate)');
    expect(stdout).toContain('+log.log("Accuracy", 1 - rate * 2)');
    expect(stdout).toContain('LEVEL');
    const data = await project.json<Record<string, unknown>>(
      'history',
      'compare',
      '-r',
      ids[1] ?? '',
      '-r',
      ids[3] ?? '',
    );
    expect(JSON.stringify(data)).toContain('train.py');
  });
});

describe('what a run left', () => {
  it('is downloaded with its paths and bytes', async () => {
    const to = join(journey.folder, 'results');
    await project.succeed('history', 'download', '-r', ids[1] ?? '', '-d', to);
    expect(readFileSync(join(to, 'outputs/models/model.pkl'), 'latin1')).toBe('\0model \xff0.1');
    expect(readFileSync(join(to, 'driver_log.txt'), 'utf8')).toContain('rate 0.1');
    const one = join(journey.folder, 'one');
    await project.succeed(
      'history',
      'download',
      '-r',
      ids[1] ?? '',
      '-d',
      one,
      '-ap',
      'outputs/models/model.pkl',
    );
    expect(existsSync(join(one, 'outputs/models/model.pkl'))).toBe(true);
    expect(existsSync(join(one, 'driver_log.txt'))).toBe(false);
    const whole = join(journey.folder, 'whole');
    await project.succeed('history', 'download', '-r', ids[1] ?? '', '-d', whole, '--snapshot');
    expect(execFileSync('find', [whole, '-name', 'train.py']).toString()).toContain('train.py');
  });

  it('is promoted to an asset, whose link brings the same bytes', async () => {
    const promoted = await project.succeed(
      'history',
      'promote',
      '-r',
      ids[1] ?? '',
      '-ap',
      'outputs/models/model.pkl',
      '-n',
      'model.pkl',
    );
    expect(promoted.stdout).toContain('assets/model.pkl.link');
    const to = join(journey.folder, 'asset');
    await project.succeed('asset', 'download', '-l', 'assets/model.pkl.link', '-d', to);
    const [file = ''] = execFileSync('find', [to, '-type', 'f']).toString().trim().split('\n');
    expect(readFileSync(file, 'latin1')).toBe('\0model \xff0.1');
    await project.succeed(
      'history',
      'promote',
      '-r',
      ids[0] ?? '',
      '-ap',
      'outputs/models/model.pkl',
      '-n',
      'model.pkl',
    );
    const assets = await project.json<readonly { name: string; version: number }[]>('asset', 'list');
    expect(assets.map(({ name, version }) => `${name}:${version}`).sort()).toEqual([
      'model.pkl:1',
      'model.pkl:2',
    ]);
  });

  it('cannot be promoted where it is not there', async () => {
    const outcome = await project.aml(
      'history',
      'promote',
      '-r',
      ids[1] ?? '',
      '-ap',
      'outputs/none.pkl',
      '-n',
      'none',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain('outputs/none.pkl');
  });
});

describe('a run without a record', () => {
  it('is followed, and stands in no list', async () => {
    const before = (await list()).length;
    const outcome = await project.submit('-c', 'local', '--no-track', 'plain.py');
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'no metrics\n' });
    expect(await list()).toHaveLength(before);
    expect((await list('--hidden')).length).toBeGreaterThan(before);
  });
});

describe('two projects', () => {
  it('have each their own runs and numbers', async () => {
    const other = await journey.project('other', { 'x.py': 'print(1)\n' });
    await other.succeed('experiment', 'submit', '-c', 'local', 'x.py');
    const runs = await other.json<readonly Run[]>('history', 'list');
    expect(runs.map((run) => run.run_number)).toEqual([1]);
    const all = await other.json<readonly Run[]>('history', 'list', '--all-projects');
    expect(all.length).toBeGreaterThan(5);
  });
});
