import { EngineProxy, isRoot, Journey, ORDINARY_USER, waitUntil, type ProjectFolder } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** This site reaches a Python package index and no conda channel. */
const SITE = { AML_PACKAGE_SOURCE: 'pypi', AML_PYTHON_FALLBACK: 'nearest-newer' };
const WHEEL = 'wheels/ours-1.0-py3-none-any.whl';

const journey = Journey.begin('docker', { env: SITE });
let project: ProjectFolder;

beforeAll(async () => {
  project = await journey.project('demo', {
    [WHEEL]: wheel(),
    'aml_config/conda_dependencies.yml': conda(),
    'aml_config/docker.runconfig': runconfig('docker', false),
    'train.py': [
      'import getpass, os, ours, six, sys',
      'from azureml.logging import get_azureml_logger',
      'get_azureml_logger().log("six", six.__version__)',
      'print(ours.WORD, six.__version__, sys.argv[1:])',
      'print(os.getuid(), getpass.getuser(), os.access(os.path.expanduser("~"), os.W_OK))',
      'open("outputs/model.pkl", "w").write("model")',
      'open(os.environ["AZUREML_NATIVE_SHARE_DIRECTORY"] + "shared.txt", "a").write("x")',
      'print(os.environ["AZUREML_NATIVE_SHARE_DIRECTORY"], file=sys.stderr)',
      '',
    ].join('\n'),
  });
});
afterAll(async () => {
  for (const { identity } of await environments()) await project.aml('environment', 'prune', identity);
  await journey.end();
});

interface Environment {
  readonly identity: string;
  readonly status: string;
}
const environments = (): Promise<readonly Environment[]> =>
  project.json<readonly Environment[]>('environment', 'list');

describe('the environment of a Docker run', () => {
  it('has to be prepared where the configuration says so: the refusal is the command to type', async () => {
    const outcome = await project.submit('-c', 'docker', 'train.py');
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain('next: aml experiment prepare -c docker\n');
    expect(outcome.stdout).toBe('');
  });

  it('is planned before it is made, and planning makes nothing', async () => {
    const { stdout } = await project.succeed('environment', 'plan', '-c', 'docker');
    expect(stdout).toMatch(/would be built/);
    expect(stdout).toMatch(/identity +[0-9a-f]{64}/);
    expect(await environments()).toEqual([]);
    const submit = await project.submit('-c', 'docker', '--plan', '--prepare', 'train.py');
    expect(submit.stdout).toMatch(/would be built/);
    expect(await environments()).toEqual([]);
  });

  it('is built once, although two ask for it at the same time; the log of the build is shown', async () => {
    const outcomes = await Promise.all([
      project.aml('experiment', 'prepare', '-c', 'docker'),
      project.aml('experiment', 'prepare', '-c', 'docker'),
    ]);
    expect(outcomes.map(({ exitCode, stderr }) => [exitCode, exitCode === 0 ? '' : stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(outcomes.some(({ stderr }) => stderr.includes('six==1.16.0'))).toBe(true);
    expect((await environments()).map(({ status }) => status)).toEqual(['ready']);
  });

  it('is there the second time, at once; comments and order mean nothing', async () => {
    project.write({
      'aml_config/conda_dependencies.yml': `# A comment.\n${conda()}\n# And one at the end.\n`,
    });
    const outcome = await project.succeed('experiment', 'prepare', '-c', 'docker');
    expect(outcome.stdout).toMatch(/it was there/);
    expect(outcome.seconds).toBeLessThan(5);
    expect((await project.succeed('environment', 'plan', '-c', 'docker')).stdout).toMatch(/nothing is built/);
  });

  it('is shown with its exact packages, also by a few letters of its name', async () => {
    const [environment] = await environments();
    const { stdout } = await project.succeed('environment', 'show', environment?.identity.slice(0, 8) ?? '');
    expect(stdout).toMatch(/six.*1\.16\.0/);
    expect(stdout).toMatch(/ours/);
  });

  it('is missed in a plan as soon as a line changes, with the line that causes it', async () => {
    const text = project.read('aml_config/conda_dependencies.yml');
    project.write({ 'aml_config/conda_dependencies.yml': text.replace('six==1.16.0', 'six==1.15.0') });
    const { stdout } = await project.succeed('environment', 'plan', '-c', 'docker');
    expect(stdout).toMatch(/would be built/);
    expect(stdout).toContain('six==1.15.0');
    project.write({ 'aml_config/conda_dependencies.yml': text });
  });
});

describe('a run in Docker', () => {
  it('has its packages, a home, the shared folder; what it leaves belongs to the person', async () => {
    const outcome = await project.submit('-c', 'docker', 'train.py', '--alpha', 'a "b" $c');
    expect(outcome.stderr).toContain('Completed');
    expect(outcome.exitCode).toBe(0);
    const user = execFileSync('id', ['-un']).toString().trim();
    expect(outcome.stdout).toBe(`ours 1.16.0 ['--alpha', 'a "b" $c']\n${process.getuid?.()} ${user} True\n`);
    expect(outcome.stderr).toContain('/azureml-share/\n');
    const record = await project.json<{
      run_id: string;
      six: string;
      attachments: string;
      environment: string;
    }>('history', 'last');
    expect(record).toMatchObject({ six: '1.16.0', environment: (await environments())[0]?.identity });
    expect(record.attachments).toContain('outputs/model.pkl');
    const output = statSync(join(journey.home, 'work/runs', record.run_id, 'project/outputs/model.pkl'));
    expect(output.uid).toBe(process.getuid?.());
    const shared = execFileSync('find', [join(journey.userHome, '.azureml/share'), '-name', 'shared.txt'])
      .toString()
      .trim();
    expect(readFileSync(shared, 'utf8')).toBe('x');
    await waitUntil('its container is removed', () => containersOf(record.run_id).length === 0);
  });

  it('fails with its script, and says so', async () => {
    project.write({ 'fail.py': 'import sys\nprint("about to fail", flush=True)\nsys.exit(9)\n' });
    const outcome = await project.submit('-c', 'docker', 'fail.py');
    expect(outcome).toMatchObject({ exitCode: 1, stdout: 'about to fail\n' });
    expect(outcome.stderr).toMatch(/exit code 9/);
  });

  it('that takes too much memory says that it was killed for it, and the limit', async () => {
    const compute = project.read('aml_config/docker.compute');
    project.write({
      'aml_config/docker.compute': `${compute}memory: 64m\n`,
      'eat.py': 'print("eating", flush=True)\neaten = []\nwhile True: eaten.append(bytearray(4000000))\n',
    });
    const outcome = await project.submit('-c', 'docker', 'eat.py');
    project.write({ 'aml_config/docker.compute': compute });
    expect(outcome.stdout).toBe('eating\n');
    expect(outcome.stderr).toMatch(/memory limit of 64 MiB/);
    expect([1, 3]).toContain(outcome.exitCode);
    const record = await project.json<{ error: { code: string } }>('history', 'last');
    expect(record.error.code).toBe('out-of-memory');
  });

  it('is canceled with everything in its container', async () => {
    project.write({
      'wait.py':
        'import subprocess, time\nsubprocess.Popen(["sleep", "600"])\nprint("waiting", flush=True)\ntime.sleep(600)\n',
    });
    const command = project.start('experiment', 'submit', '-c', 'docker', 'wait.py');
    await command.until('waiting', 'stdout', 60);
    const id = /run (demo_\d+)/.exec(command.stderr)?.[1] ?? '';
    expect(containersOf(id)).toHaveLength(1);
    await project.succeed('experiment', 'cancel', '-r', id);
    const outcome = await command.ended;
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('Canceled');
    expect(containersOf(id, 'running')).toEqual([]);
    await waitUntil('its container is removed', () => containersOf(id).length === 0);
  });

  it('goes on while the services are killed, is started once, and misses no byte', async () => {
    const lines = 4000;
    project.write({
      'long.py': `import os, time\nopen(os.environ["AZUREML_NATIVE_SHARE_DIRECTORY"] + "starts", "a").write("started\\n")\nfor number in range(${lines}):\n    print("line %05d" % number)\n    if number % 100 == 0: time.sleep(0.15)\n`,
    });
    const command = project.start('experiment', 'submit', '-c', 'docker', 'long.py');
    await command.until('line 00500', 'stdout', 60);
    await journey.killServer();
    await command.until('line 02500', 'stdout', 60);
    await journey.killServer();
    const outcome = await command.ended;
    expect(outcome.exitCode).toBe(0);
    expect(
      outcome.stdout ===
        Array.from({ length: lines }, (_, number) => `line ${String(number).padStart(5, '0')}\n`).join(''),
    ).toBe(true);
    const starts = execFileSync('find', [join(journey.userHome, '.azureml/share'), '-name', 'starts'])
      .toString()
      .trim();
    expect(readFileSync(starts, 'utf8')).toBe('started\n');
  });

  it('waits for its environment while the services are killed in the middle of the build', async () => {
    project.write({ [WHEEL]: wheel() });
    const command = project.start('experiment', 'submit', '-c', 'docker', '--prepare', 'train.py');
    const id = await waitUntil('its id', () => /run (demo_\d+)/.exec(command.stderr)?.[1]);
    await waitUntil('the build has begun', async () => {
      const log = await project.aml('experiment', 'logs', '-r', id, '--stream', 'build');
      const list = await project.json<readonly Environment[]>('environment', 'list', '--all');
      return log.stdout !== '' || list.some(({ status }) => status === 'building');
    });
    await journey.killServer();
    const outcome = await command.ended;
    expect(outcome.stderr).toContain('Completed');
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toMatch(/^ours 1\.16\.0/);
    const build = await project.succeed('experiment', 'logs', '-r', id, '--stream', 'build');
    expect(build.stdout).toContain('six==1.16.0');
  });
});

describe('an environment that cannot be had', () => {
  it('says why in the words of the package manager, once, and keeps the log with the run', async () => {
    const text = project.read('aml_config/conda_dependencies.yml');
    project.write({ 'aml_config/conda_dependencies.yml': text.replace('six==1.16.0', 'six==99.0') });
    const outcome = await project.submit('-c', 'docker', '--prepare', 'train.py');
    project.write({ 'aml_config/conda_dependencies.yml': text });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).toMatch(/no version of six==99\.0/);
    const { run_id: id } = await project.json<{ run_id: string }>('history', 'last');
    expect((await project.succeed('experiment', 'logs', '-r', id, '--stream', 'build')).stdout).toMatch(
      /six==99\.0/,
    );
  });

  it('for want of room on the engine says that the disk is full', async () => {
    const proxy = await EngineProxy.open(join(journey.folder, 'full.sock'), {
      answer: (request, response) => {
        if (request.method !== 'POST' || !/\/build\?/.test(request.url ?? '')) return false;
        const message = 'write /var/lib/docker/tmp/x: no space left on device';
        request.resume();
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(`${JSON.stringify({ errorDetail: { message }, error: message })}\r\n`);
        return true;
      },
    });
    const other = Journey.begin('full', {
      env: { ...SITE, AML_BUILDER: 'classic', DOCKER_HOST: `unix://${proxy.path}` },
    });
    try {
      const demo = await other.project('demo', {
        [WHEEL]: wheel(),
        'aml_config/conda_dependencies.yml': conda(),
      });
      const outcome = await demo.aml('experiment', 'prepare', '-c', 'docker');
      expect(outcome.exitCode).toBe(3);
      expect(outcome.stderr).toMatch(/full|no space/i);
      expect(outcome.stderr).toMatch(/next: .*(prune|clean|room)/);
    } finally {
      await other.end();
      proxy.close();
    }
  });
});

// Root alone can be somebody else; an ordinary user is one in all of this file.
if (isRoot) {
  it('an ordinary user’s files stay an ordinary user’s', async () => {
    const user = Journey.begin('user', { user: ORDINARY_USER, env: SITE });
    const proxy = await EngineProxy.open(join(user.folder, 'docker.sock'));
    try {
      const demo = user.bareProject('demo', {
        [WHEEL]: readFileSync(join(project.path, WHEEL)),
        'aml_config/conda_dependencies.yml': conda(),
        'aml_config/docker.compute':
          'type: docker\nsharedVolumes: true\nnativeSharedDirectory: ~/.azureml/share/\n',
        'aml_config/docker.runconfig': runconfig('docker', true),
        'train.py': project.read('train.py'),
      });
      const outcome = await demo.amlWith(
        { env: { DOCKER_HOST: `unix://${proxy.path}` } },
        'experiment',
        'submit',
        '-c',
        'docker',
        'train.py',
      );
      expect(outcome.stderr).toContain('Completed');
      expect(outcome.stdout).toContain(`${ORDINARY_USER.uid} nobody True\n`);
      const output = execFileSync('find', [join(user.home, 'work/runs'), '-name', 'model.pkl'])
        .toString()
        .trim();
      expect(statSync(output).uid).toBe(ORDINARY_USER.uid);
    } finally {
      await user.end();
      proxy.close();
    }
  });
}

describe('what environments and runs left', () => {
  it('is removed where it is asked for, and only what is ours', async () => {
    const [environment] = await project.json<readonly (Environment & { image: string })[]>(
      'environment',
      'list',
    );
    const { identity = '', image = '' } = environment ?? {};
    expect(isImage(image)).toBe(true);
    const dry = await project.succeed('environment', 'prune', '--dry-run', identity.slice(0, 12));
    expect(dry.stdout).toContain(identity.slice(0, 12));
    expect(isImage(image)).toBe(true);
    await project.succeed('environment', 'prune', identity.slice(0, 12));
    expect((await environments()).map((each) => each.identity)).not.toContain(identity);
    expect(isImage(image)).toBe(false);
    expect(isImage('debian:bookworm-slim')).toBe(true);
  });

  it('on the target is cleaned, records stay', async () => {
    const { run_id: id } = await project.json<{ run_id: string }>('history', 'last');
    await project.succeed('experiment', 'clean', '-c', 'docker');
    expect(existsSync(join(journey.home, 'work/runs', id))).toBe(false);
    expect(await environments()).toEqual([]);
    expect((await project.json<{ run_id: string }>('history', 'info', '-r', id)).run_id).toBe(id);
  });
});

/** Containers of a run, also those that have ended. */
function containersOf(runId: string, status?: 'running'): string[] {
  const filters = [`label=aml.run=${runId}`, ...(status === undefined ? [] : [`status=${status}`])];
  const words = filters.flatMap((filter) => ['--filter', filter]);
  const output = execFileSync('docker', ['ps', '-a', '-q', ...words]).toString();
  return output.split('\n').filter((line) => line !== '');
}

function isImage(reference: string): boolean {
  return execFileSync('docker', ['image', 'ls', '-q', reference]).toString() !== '';
}

function conda(): string {
  return `name: project_environment\ndependencies:\n- python=3.11\n- pip\n- pip:\n  - six==1.16.0\n  - ./${WHEEL}\n`;
}

function runconfig(target: string, prepare: boolean): string {
  return `ArgumentVector:\n- $file\nTarget: ${target}\nFramework: Python\nPrepareEnvironment: ${prepare}\n`;
}

/** A wheel of our own, never the same twice, so that its environment is not there yet. */
function wheel(): Buffer {
  const make = `
import io, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, "w") as wheel:
    wheel.writestr("ours.py", "WORD = 'ours'\\nNONCE = '%s'\\n" % sys.argv[1])
    wheel.writestr("ours-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: ours\\nVersion: 1.0\\n")
    wheel.writestr("ours-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("ours-1.0.dist-info/RECORD", "ours.py,,\\nours-1.0.dist-info/METADATA,,\\nours-1.0.dist-info/WHEEL,,\\nours-1.0.dist-info/RECORD,,\\n")
sys.stdout.buffer.write(out.getvalue())
`;
  return execFileSync('python3', ['-c', make, randomBytes(8).toString('hex')]);
}
