import { Journey, packageRoot, type Outcome, type ProjectFolder } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const journey = Journey.begin('cli');
let project: ProjectFolder;
let az: string;

beforeAll(async () => {
  project = await journey.project('iris', {
    'train.py':
      'import os\nos.makedirs("outputs", exist_ok=True)\nopen("outputs/model.pkl", "w").write("model")\nprint("trained")\n',
  });
  az = join(journey.makeFolder(join(journey.folder, 'bin')), 'az');
  symlinkSync(join(packageRoot, 'aml'), az);
});
afterAll(() => journey.end());

/** Types a line as the old service's users did, through a link called `az`. */
const typeAz = (...words: readonly string[]): Promise<Outcome> =>
  journey.startProgram([az, ...words], { cwd: project.path }).ended;

async function lastRun(): Promise<string> {
  return (await project.succeed('history', 'last', '--query', 'run_id', '-o', 'tsv')).stdout.trim();
}

describe('every line of the old command line', () => {
  it.each([
    ['login'],
    ['account list -o table'],
    ['account show'],
    ['ml computetarget list'],
    ['ml computetarget show local'],
    ['ml computetarget show -n docker -o json'],
    ['ml runconfiguration list'],
    ['ml runconfigurations list -o yaml'],
    ['ml runconfiguration show local'],
    ['ml runconfiguration create -n sweep -t local'],
    ['ml runconfiguration delete -n sweep'],
    ['ml experiment prepare -c local'],
    ['ml experiment submit -c local train.py'],
    ['ml experiment submit --run-configuration local train.py --alpha 0.1'],
    ['ml experiment submit -t local -c docker train.py'],
    ['ml execute start -c local train.py'],
    ['ml history list'],
    ['ml history list -o tsv'],
    ['ml history last'],
    ['ml snapshot preview'],
    ['ml config check'],
    ['ml server status'],
  ])('az %s works', async (line) => {
    const outcome = await typeAz(...line.split(' '));
    expect(outcome.stderr).not.toContain('error');
    expect(outcome.exitCode).toBe(0);
    if (line.includes(' train.py')) expect(outcome.stdout).toBe('trained\n');
    else expect(outcome.stdout).not.toBe('');
  });

  it('az account set -s knows the one account', async () => {
    const [account] = (await typeAz('account', 'list', '-o', 'json')).json<readonly { name: string }[]>();
    expect((await typeAz('account', 'set', '-s', account?.name ?? '')).exitCode).toBe(0);
    const wrong = await typeAz('account', 'set', '-s', 'somebody-else');
    expect(wrong.exitCode).not.toBe(0);
    expect(wrong.stderr).toContain('somebody-else');
  });

  it('az ml experiment submit NAME.runconfig takes script and arguments from the file', async () => {
    project.write({
      'aml_config/alone.runconfig': 'ArgumentVector:\n- train.py\nTarget: local\nFramework: Python\n',
    });
    expect((await typeAz('ml', 'experiment', 'submit', 'alone.runconfig')).stdout).toBe('trained\n');
    expect((await typeAz('ml', 'experiment', 'submit', 'aml_config/alone.runconfig')).exitCode).toBe(0);
    expect((await typeAz('ml', 'experiment', 'submit', '-c', 'aml_config/alone.runconfig')).exitCode).toBe(0);
  });

  it('az ml history info, compare, download, promote and az ml asset download work on a run', async () => {
    const a = await lastRun();
    await project.succeed('experiment', 'submit', '-c', 'local', 'train.py');
    const b = await lastRun();
    expect((await typeAz('ml', 'history', 'info', '-r', b)).stdout).toContain(b);
    expect((await typeAz('ml', 'history', 'compare', '-r', a, '-r', b)).exitCode).toBe(0);
    expect((await typeAz('ml', 'history', 'download', '-r', b, '-d', 'got')).exitCode).toBe(0);
    expect(project.read('got/outputs/model.pkl')).toBe('model');
    expect(
      (await typeAz('ml', 'history', 'promote', '-r', b, '-ap', 'outputs/model.pkl', '-n', 'model.pkl'))
        .exitCode,
    ).toBe(0);
    expect(
      (await typeAz('ml', 'asset', 'download', '-l', 'assets/model.pkl.link', '-d', 'asset')).exitCode,
    ).toBe(0);
    expect(project.has('asset/model.pkl') || project.has('asset/outputs/model.pkl')).toBe(true);
  });

  it('az ml experiment cancel, clean and diagnostics work on a run', async () => {
    project.write({ 'wait.py': 'import time\nprint("waiting", flush=True)\ntime.sleep(60)\n' });
    const run = journey.startProgram([az, 'ml', 'experiment', 'submit', '-c', 'local', 'wait.py'], {
      cwd: project.path,
    });
    await run.until('waiting');
    const id = /run (iris_\d+)/.exec(run.stderr)?.[1] ?? '';
    expect((await typeAz('ml', 'experiment', 'cancel', '-r', id)).exitCode).toBe(0);
    expect((await run.ended).exitCode).toBe(1);
    const zip = await typeAz('ml', 'experiment', 'diagnostics', '-r', id, '-t', 'local');
    expect(zip.exitCode).toBe(0);
    expect(project.has(`${id}-diagnostics.zip`)).toBe(true);
    expect((await typeAz('ml', 'experiment', 'clean', '-c', 'local')).exitCode).toBe(0);
    expect(existsSync(join(journey.home, 'work/runs', id))).toBe(false);
    expect((await project.succeed('experiment', 'logs', '-r', id)).stdout).toBe('waiting\n');
  });

  it.each([
    'computetarget attach --name vm --address vm.example.org --username u --password p --type remotedocker',
    'computetarget attach remotedocker --name vm --address vm.example.org --username u --password p',
    'computetarget attach remotedocker -n vm -a vm.example.org -u u -w p',
    'computetarget attach remotedocker --name vm --address vm.example.org --username u --use-azureml-ssh-key',
    'computetarget attach remote --name vm --address vm.example.org --username u --password p',
    'computetarget attach cluster --name vm --address foo-ssh.azurehdinsight.net --username u --password p',
  ])('az ml %s says that this kind is not there yet, and writes nothing', async (line) => {
    const outcome = await typeAz('ml', ...line.split(' '));
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/not .*(yet|there)/);
    expect(project.has('aml_config/vm.compute')).toBe(false);
  });

  it('also has a target of a kind that is there attached, changed and detached', async () => {
    await typeAz('ml', 'computetarget', 'attach', '--name', 'here', '--type', 'local');
    expect(project.read('aml_config/here.compute')).toMatch(/^type: local$/m);
    expect(project.read('aml_config/here.runconfig')).toMatch(/^Target: here$/m);
    expect(
      (await typeAz('ml', 'computetarget', 'update', '--name', 'here', '--python-location', 'python3'))
        .exitCode,
    ).toBe(0);
    expect(project.read('aml_config/here.compute')).toMatch(/^pythonLocation: python3$/m);
    expect((await project.submit('-c', 'here', 'train.py')).stdout).toBe('trained\n');
    expect((await typeAz('ml', 'computetarget', 'detach', '--name', 'here')).exitCode).toBe(0);
    expect(project.has('aml_config/here.compute')).toBe(false);
  });

  it('works as `aml ml …` and as `aml …`', async () => {
    const lines = await Promise.all([
      project.aml('ml', 'history', 'list', '-o', 'json'),
      project.aml('history', 'list', '-o', 'json'),
    ]);
    expect(lines[0].stdout).toBe(lines[1].stdout);
  });
});

describe('help', () => {
  it('of every command has its use, what it does, and examples', async () => {
    const groups = namesOf((await journey.succeed(['--help'])).stdout);
    expect(groups).toContain('experiment');
    const commands = (
      await Promise.all(
        groups.map(async (group) => {
          const names = namesOf((await journey.succeed([group, '--help'])).stdout);
          return names.length === 0 ? [[group]] : names.map((name) => [group, name]);
        }),
      )
    ).flat();
    expect(commands.length).toBeGreaterThan(40);
    for (let at = 0; at < commands.length; at += 6) {
      await Promise.all(
        commands.slice(at, at + 6).map(async (words) => {
          const { stdout, stderr, exitCode } = await journey.aml([...words, '--help']);
          expect([words, stderr, exitCode]).toEqual([words, '', 0]);
          expect(stdout).toContain(`Usage: aml ${words.join(' ')}`);
          expect(stdout).toMatch(/\nExamples:\n {2}aml /);
        }),
      );
    }
  });

  it('says the version, and needs no services', async () => {
    const alone = Journey.begin('alone');
    try {
      expect((await alone.succeed(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
      expect((await alone.succeed(['history', 'list', '--help'])).stdout).toContain('--metric');
      expect(alone.serverPid()).toBeUndefined();
    } finally {
      await alone.end();
    }
  });

  it.each([
    [['histroy', 'list'], 'history'],
    [['history', 'lst'], 'list'],
    [['history', 'list', '--lmit', '3'], '--limit'],
    [['history', 'list', '-o', 'xml'], '-o json, -o yaml, -o tsv'],
  ])('of %j is offered where it was typed wrongly', async (words, offered) => {
    const outcome = await project.aml(...words);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain(offered);
    expect(outcome.stdout).toBe('');
  });
});

describe('completion', () => {
  const shells = ['bash', 'zsh', 'fish'] as const;
  it.each(shells)('for %s is a script', async (shell) => {
    const { stdout } = await journey.succeed(['completion', shell]);
    expect(stdout).toContain('aml');
    const [program = ''] = ['/usr/bin', '/bin', '/usr/local/bin']
      .map((folder) => join(folder, shell))
      .filter(existsSync);
    // A shell that is not on this machine cannot read its script here.
    if (program === '') return;
    const script = join(journey.folder, `completion.${shell}`);
    writeFileSync(script, stdout);
    execFileSync(program, ['-n', script]);
  });

  it('in bash offers commands, options, configurations and runs', async () => {
    const complete = async (line: string): Promise<string[]> => {
      const words = line.split(' ');
      const script = [
        `PATH=${packageRoot}:$PATH`,
        'eval "$(aml completion bash)"',
        `COMP_LINE=${JSON.stringify(line)}; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`,
        'name=$(complete -p aml | sed "s/.*-F \\([^ ]*\\).*/\\1/")',
        `"$name" aml '${words.at(-1) ?? ''}' '${words.at(-2) ?? ''}'`,
        'printf "%s\\n" "${COMPREPLY[@]}"',
      ].join('\n');
      const { stdout } = await journey.startProgram(['bash', '-c', script], { cwd: project.path }).ended;
      return stdout.split('\n').map((word) => word.trim());
    };
    expect(await complete('aml exp')).toContain('experiment');
    expect(await complete('aml experiment sub')).toContain('submit');
    expect(await complete('aml experiment submit --time')).toContain('--time-limit');
    expect(await complete('aml experiment submit -c ')).toEqual(expect.arrayContaining(['local', 'docker']));
    expect(await complete('aml history info -r ')).toContain(await lastRun());
  });
});

describe('what programs read', () => {
  it('is data on stdout alone; errors are data on stderr where JSON was asked for', async () => {
    const outcome = await project.aml('history', 'info', '-r', 'nothing', '-o', 'json');
    expect(outcome.stdout).toBe('');
    const { error } = JSON.parse(outcome.stderr) as { error: Record<string, unknown> };
    expect(error).toMatchObject({
      code: expect.any(String) as string,
      message: expect.stringContaining('nothing') as string,
      blame: 'user',
    });
    expect(outcome.exitCode).toBe(2);
  });

  it('has no colours where it is no terminal, and none with NO_COLOR', async () => {
    const outcome = await project.succeed('history', 'list');
    expect(outcome.stdout + outcome.stderr).not.toContain('\u001b[');
    const plain = journey.startOnTerminal(['history', 'list'], {
      cwd: project.path,
      env: { NO_COLOR: '1', TERM: 'xterm' },
    });
    expect((await plain.ended).stdout).not.toMatch(/\u001b\[\d*m/);
    const coloured = journey.startOnTerminal(['history', 'list'], {
      cwd: project.path,
      env: { TERM: 'xterm' },
    });
    expect((await coloured.ended).stdout).toMatch(/\u001b\[\d*m/);
  });

  it('may be closed early by the reader', async () => {
    const { stdout, stderr } = await journey.startProgram(
      [
        'bash',
        '-c',
        `"${join(packageRoot, 'aml')}" history list -o json | head -c 1; echo " \${PIPESTATUS[0]}"`,
      ],
      { cwd: project.path },
    ).ended;
    expect(stdout).toMatch(/^\[ (0|141)\n$/);
    expect(stderr).not.toContain('EPIPE');
  });
});

function namesOf(help: string): string[] {
  const [, commands = ''] = /\nCommands:\n((?: {2}.*\n?)*)/.exec(help) ?? [];
  return commands
    .split('\n')
    .map((line) => /^ {2}([a-z]+)/.exec(line)?.[1] ?? '')
    .filter((name) => name !== '' && name !== 'help');
}
