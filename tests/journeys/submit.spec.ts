import { Journey, waitUntil, type ProjectFolder } from '@aml/testing';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const journey = Journey.begin('submit');
let project: ProjectFolder;

beforeAll(async () => {
  project = await journey.project('demo', {
    'hello.py': 'print("hello")\n',
    'show.py':
      'import json, os, sys\nprint(json.dumps([sys.argv, {k: v for k, v in os.environ.items() if k.startswith(("X_", "AZUREML_"))}]))\n',
    'fail.py': 'import sys\nprint("out")\nprint("why it failed", file=sys.stderr)\nsys.exit(7)\n',
    'slow.py':
      'import sys, time\nprint("first", flush=True)\ntime.sleep(1.5)\nprint("oops", file=sys.stderr, flush=True)\ntime.sleep(1.5)\nprint("last")\n',
    'wait.py': 'import time\nprint("waiting", flush=True)\ntime.sleep(60)\n',
  });
});
afterAll(() => journey.end());

interface Shown {
  readonly run_id: string;
  readonly status: string;
  readonly name: string | null;
  readonly tags: Record<string, string>;
  readonly arguments: readonly string[];
  readonly exit_code: number | null;
  readonly driver_log?: string;
}

const last = (): Promise<Shown> => project.json<Shown>('history', 'last');

describe('a submitted script', () => {
  it('is heard while it runs, each line on the stream that it wrote to', async () => {
    const command = project.start('experiment', 'submit', '-c', 'local', 'slow.py');
    const first = await command.until('first\n');
    const second = await command.until('oops\n', 'stderr');
    expect(command.stdout).toBe('first\n');
    expect(second - first).toBeGreaterThan(0.8);
    const outcome = await command.ended;
    expect(outcome.seconds - second).toBeGreaterThan(0.8);
    expect(outcome.stdout).toBe('first\nlast\n');
    expect(outcome.stderr).toMatch(/^run demo_\d{13} /);
    expect(outcome.stderr).toMatch(/\nCompleted demo_\d{13} in \d/);
    expect(outcome.exitCode).toBe(0);
  });

  it('gets its arguments exactly as they were typed', async () => {
    const words = [
      'two words',
      'quo"te',
      "apo'strophe",
      '$HOME',
      '`date`',
      '*',
      '',
      '--flag=ü',
      '-x',
      'line\nbreak',
      '\\',
    ];
    const outcome = await project.submit('-c', 'local', 'show.py', ...words);
    expect(outcome.exitCode).toBe(0);
    const [argv] = JSON.parse(outcome.stdout) as [string[]];
    expect(argv).toEqual(['show.py', ...words]);
    expect((await last()).arguments).toEqual(words);
  });

  it('keeps options for itself that stand behind its name, and leaves what stands before to the command', async () => {
    const outcome = await project.submit(
      '--name',
      'mine',
      '-c',
      'local',
      'show.py',
      '--name',
      'the script’s',
      '-c',
      'x',
      '--help',
    );
    expect((JSON.parse(outcome.stdout) as [string[]])[0].slice(1)).toEqual([
      '--name',
      'the script’s',
      '-c',
      'x',
      '--help',
    ]);
    expect((await last()).name).toBe('mine');
  });

  it('gets variables of the submit, and what every run may rely on', async () => {
    const outcome = await project.submit('-c', 'local', '--env', 'X_A=1 = "one"', '--env', 'X_B=', 'show.py');
    const [, environment] = JSON.parse(outcome.stdout) as [unknown, Record<string, string>];
    expect(environment).toMatchObject({ X_A: '1 = "one"', X_B: '' });
    expect(environment['AZUREML_RUN_ID']).toBe((await last()).run_id);
    expect(environment['AZUREML_NATIVE_SHARE_DIRECTORY']).toMatch(/\/\.azureml\/share\/.*\/demo\/$/);
    expect(existsSync(environment['AZUREML_NATIVE_SHARE_DIRECTORY'] ?? '')).toBe(true);
  });

  it('ends the command with 1 where it fails, and its own code stands in the record', async () => {
    const outcome = await project.submit('-c', 'local', 'fail.py');
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout).toBe('out\n');
    expect(outcome.stderr).toContain('why it failed\n');
    expect(outcome.stderr).toMatch(/Failed demo_\d{13} .*exit code 7/);
    expect(await last()).toMatchObject({ status: 'Failed', exit_code: 7 });
  });

  it('may write what is no text', async () => {
    project.write({
      'bytes.py':
        'import sys\nsys.stdout.buffer.write(bytes(range(256)) * 40)\nsys.stdout.buffer.flush()\nsys.stderr.buffer.write(b"\\xff\\xfe\\x00no newline at the end")\n',
    });
    const outcome = await project.submit('-c', 'local', 'bytes.py');
    const expected = Buffer.from([...Array(256 * 40).keys()].map((index) => index % 256));
    expect(outcome.stdoutBytes.equals(expected)).toBe(true);
    expect(outcome.stderrBytes.includes(Buffer.from('\xff\xfe\0no newline at the end', 'latin1'))).toBe(true);
    const again = await project.succeed('experiment', 'logs', '-r', (await last()).run_id);
    expect(again.stdoutBytes.equals(expected)).toBe(true);
  });

  it('may be of no bytes at all', async () => {
    project.write({ 'empty.py': '' });
    const outcome = await project.submit('-c', 'local', 'empty.py');
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '' });
    expect(outcome.stderr).toContain('Completed');
  });

  it('runs in a copy: what it writes elsewhere than to outputs stays away from the project', async () => {
    project.write({
      'write.py':
        'import os\nos.makedirs("outputs/a", exist_ok=True)\nopen("outputs/a/kept.txt", "w").write("kept")\nopen("lost.txt", "w").write("x")\nos.chdir("/")\n',
    });
    expect((await project.submit('-c', 'local', 'write.py')).exitCode).toBe(0);
    expect(project.has('lost.txt')).toBe(false);
    const record = await project.json<{ attachments: string; artifacts: { path: string }[] }>(
      'history',
      'last',
    );
    expect(record.attachments).toBe('control_log.txt,driver_log.txt,outputs/a/kept.txt');
  });
});

describe('the options of submit', () => {
  it('--tag and --name stand in the record', async () => {
    const id = await project.detach(
      '-c',
      'local',
      '--tag',
      'team=vision',
      '--tag',
      'note=a b',
      '--name',
      'try 1',
      'hello.py',
    );
    const info = await project.json<Shown>('history', 'info', '-r', id);
    expect(info).toMatchObject({ tags: { team: 'vision', note: 'a b' }, name: 'try 1' });
  });

  it('--detach prints the run’s id alone; logs --follow and status show the rest', async () => {
    const accepted = await project.submit('-c', 'local', '--detach', 'slow.py');
    expect(accepted.exitCode).toBe(0);
    expect(accepted.stdout).toMatch(/^demo_\d{13}\n$/);
    const id = accepted.stdout.trim();
    expect(accepted.stderr).toContain(`aml experiment logs -r ${id} --follow`);
    const during = await project.json<{ state: string }>('experiment', 'status', '-r', id);
    expect(['NotStarted', 'Queued', 'Starting', 'Running']).toContain(during.state);
    const logs = await project.aml('experiment', 'logs', '-r', id, '--follow');
    expect(logs.stdout).toBe('first\nlast\n');
    expect(logs.stderr).toContain('oops\n');
    expect(await project.json('experiment', 'status', '-r', id)).toMatchObject({
      runId: id,
      state: 'Completed',
    });
  });

  it('--time-limit ends the run and says so', async () => {
    const outcome = await project.submit('-c', 'local', '--time-limit', '2s', 'wait.py');
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout).toBe('waiting\n');
    expect(outcome.stderr).toMatch(/time limit of 2 s/);
    expect(outcome.seconds).toBeLessThan(20);
  });

  it('--time-limit 0 is refused: it would end the run before it starts', async () => {
    const outcome = await project.submit('-c', 'local', '--time-limit', '0', 'hello.py');
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain('the time limit is zero: the run would end before it starts');
    expect(outcome.stderr).toContain('--time-limit 10m');
  });

  it('--idempotency-key accepts the same submit once', async () => {
    const first = await project.detach('-c', 'local', '--idempotency-key', 'nightly-7', 'hello.py');
    const second = await project.detach('-c', 'local', '--idempotency-key', 'nightly-7', 'hello.py');
    expect(second).toBe(first);
    expect(await project.detach('-c', 'local', '--idempotency-key', 'nightly-8', 'hello.py')).not.toBe(first);
  });

  it('--plan says what would happen, and nothing happens', async () => {
    const before = await project.json<unknown[]>('history', 'list');
    const outcome = await project.submit('-c', 'local', '--plan', 'hello.py', '--alpha', '0.1');
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toMatch(/send +\d+ files/);
    expect(outcome.stdout).toMatch(/target +local \(local-python\)/);
    expect(outcome.stdout).toMatch(/run +hello.py --alpha 0.1/);
    expect(outcome.stdout).not.toContain('hello\n');
    expect(await project.json<unknown[]>('history', 'list')).toHaveLength(before.length);
  });

  it('a run configuration alone brings its own script and arguments', async () => {
    project.write({
      'aml_config/sweep.runconfig':
        'ArgumentVector:\n  - show.py\n  - --rate\n  - 0.5\nTarget: local\nFramework: Python\nEnvironmentVariables:\n  X_FROM_FILE: yes please\n',
    });
    for (const name of ['sweep.runconfig', 'aml_config/sweep.runconfig']) {
      const outcome = await project.submit(name);
      expect(outcome.exitCode).toBe(0);
      const [argv, environment] = JSON.parse(outcome.stdout) as [string[], Record<string, string>];
      expect(argv).toEqual(['show.py', '--rate', '0.5']);
      expect(environment['X_FROM_FILE']).toBe('yes please');
    }
  });

  it('a secret-looking argument is warned about and still runs', async () => {
    const outcome = await project.submit('-c', 'local', 'hello.py', '--password', 'hunter2hunter2');
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stderr).toMatch(/warning: .*secret/);
    expect(outcome.stderr).not.toContain('hunter2hunter2');
  });
});

describe('a command that cannot be meant', () => {
  it.each([
    [['experiment', 'submit', 'hello.py'], '-c, --run-configuration is missing'],
    [['experiment', 'submit', '-c', 'nowhere', 'hello.py'], 'nowhere'],
    [['experiment', 'submit', '-c', 'local', 'missing.py'], 'there is no script `missing.py`'],
    [['experiment', 'submit', '-c', 'local', 'aml_config'], '`aml_config` is a folder, not a script'],
    [['experiment', 'submit', '-c', 'local', '../outside.py'], 'outside'],
    [['experiment', 'submit', '-c', 'local', '/etc/hostname'], 'is outside the project'],
    [['experiment', 'sumbit', '-c', 'local', 'hello.py'], 'submit'],
    [['experiment', 'submit', '-c', 'local', '--env', 'NOVALUE', 'hello.py'], '--env takes NAME=VALUE'],
  ])('%j ends with 2 and says what is wrong', async (words, message) => {
    const outcome = await project.aml(...words);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stdout).toBe('');
    expect(outcome.exitCode).toBe(2);
  });

  it('says that a script of a neighbour folder is outside the project', async () => {
    journey.bareProject('elsewhere', { 'other.py': 'print(1)\n' });
    const outcome = await project.submit('-c', 'local', '../elsewhere/other.py');
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain('`../elsewhere/other.py` is outside the project');
    expect(outcome.stderr).toContain('copy the script into it');
  });

  it('in a folder that is no project says how to make one', async () => {
    const outcome = await journey.aml(['experiment', 'submit', '-c', 'local', 'x.py'], {
      cwd: journey.userHome,
    });
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain('aml init');
  });
});

describe('the Python of this machine', () => {
  it('is missed before anything is sent, with what to do', async () => {
    const folder = journey.makeFolder(join(journey.folder, 'bin'));
    for (const program of ['sh', 'uname', 'basename', 'dirname', 'readlink'])
      symlinkSync(`/usr/bin/${program}`, join(folder, program));
    symlinkSync(process.execPath, join(folder, 'node'));
    const outcome = await project.amlWith(
      { env: { PATH: folder } },
      'experiment',
      'submit',
      '-c',
      'local',
      'hello.py',
    );
    expect(outcome.stderr).toMatch(/no Python/i);
    expect(outcome.stderr).toContain('pythonLocation');
    expect(outcome.exitCode).toBe(3);
  });

  it('is named by pythonLocation, and a name that means nothing is quoted', async () => {
    project.write({
      'aml_config/odd.compute': 'type: local\npythonLocation: /no/such/python\n',
      'aml_config/odd.runconfig': 'Target: odd\nFramework: Python\nArgumentVector:\n- $file\n',
    });
    const outcome = await project.submit('-c', 'odd', 'hello.py');
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain('pythonLocation is `/no/such/python`, and there is no such program');
  });
});

describe('the services', () => {
  it('are started once by two commands at the same time', async () => {
    const other = Journey.begin('two');
    try {
      const one = other.bareProject('one', {
        'x.py': 'print("x")\n',
        'aml_config/local.compute': 'type: local\n',
        'aml_config/local.runconfig': 'Target: local\nFramework: Python\nArgumentVector: [$file]\n',
      });
      const outcomes = await Promise.all([1, 2, 3].map(() => one.submit('-c', 'local', 'x.py')));
      expect(outcomes.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(Array(3).fill([0, 'x\n']));
      const log = readFileSync(join(other.home, 'server.log'), 'utf8');
      expect(log.match(/"ready"/g)).toHaveLength(1);
      expect((await one.json<unknown[]>('history', 'list')).length).toBe(3);
    } finally {
      await other.end();
    }
  });

  it('say in their status who they are and what runs', async () => {
    const id = await project.detach('-c', 'local', 'wait.py');
    await waitUntil('the run is counted', async () => {
      const status = await project.json<{ pid: number; activeRuns: number }>('server', 'status');
      expect(status).toMatchObject({
        pid: journey.serverPid(),
        url: journey.serverUrl(),
        version: expect.any(String) as string,
      });
      expect(status).toHaveProperty('database');
      return status.activeRuns >= 1;
    });
    const stop = await project.aml('server', 'stop');
    expect(stop.exitCode).toBe(2);
    expect(stop.stderr).toContain('--force');
    expect((await project.succeed('experiment', 'cancel', '-r', id)).exitCode).toBe(0);
    await waitUntil(
      'the run is canceled',
      async () =>
        (await project.json<{ state: string }>('experiment', 'status', '-r', id)).state === 'Canceled',
    );
  });
});
