import { Journey, type ProjectFolder } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const journey = Journey.begin('project');
const PASSWORD = 'hunter2-of-the-vm';

afterAll(() => journey.end());

/** A copy of a project that lies beside these tests. */
function cloneFixture(name: string, as = name): ProjectFolder {
  const path = join(journey.folder, as);
  cpSync(join(import.meta.dirname, '../fixtures', name), path, { recursive: true });
  return journey.at(path);
}

interface Finding {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
interface Check {
  readonly valid: boolean;
  readonly findings: readonly Finding[];
  readonly computeTargets: readonly { readonly name: string; readonly type: string }[];
}

describe('a new project', () => {
  it('has the templates, loads without a word, and runs', async () => {
    const outcome = await journey.succeed(['project', 'create', '-n', 'fresh'], { cwd: journey.folder });
    expect(outcome.stdout).toMatch(/next +cd fresh && aml experiment submit -c local/);
    const project = journey.at(join(journey.folder, 'fresh'));
    expect(readdirSync(join(project.path, 'aml_config')).sort()).toEqual([
      'conda_dependencies.yml',
      'docker.compute',
      'docker.runconfig',
      'local.compute',
      'local.runconfig',
      'spark_dependencies.yml',
    ]);
    const check = await project.aml('config', 'check');
    expect(check.exitCode).toBe(0);
    expect(check.stderr).toBe('everything loads\n');
    project.write({ 'train.py': 'print("trained")\n' });
    expect((await project.submit('-c', 'local', 'train.py')).stdout).toBe('trained\n');
  });

  it('does not go over one that is there', async () => {
    const again = await journey.aml(['project', 'create', '-n', 'fresh'], { cwd: journey.folder });
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('aml init');
    expect(readFileSync(join(journey.folder, 'fresh/train.py'), 'utf8')).toBe('print("trained")\n');
  });

  it('may have scikit-learn in its environment from the start, and lie elsewhere', async () => {
    await journey.succeed(
      ['project', 'create', '-n', 'learn', '--path', 'deep/er', '--template', 'scikit-learn'],
      { cwd: journey.folder },
    );
    expect(
      readFileSync(join(journey.folder, 'deep/er/learn/aml_config/conda_dependencies.yml'), 'utf8'),
    ).toMatch(/- scikit-learn/);
  });

  it.each(['', '../out', 'a/b', '.', 'x'.repeat(300)])('is not called %j', async (name) => {
    const outcome = await journey.aml(['project', 'create', '-n', name], { cwd: journey.folder });
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/name/);
  });
});

describe('a folder from 2017', () => {
  it('becomes a project as it is: nothing of it is changed, warnings say what is doubtful', async () => {
    const project = cloneFixture('iris-2017');
    const before = treeOf(project.path);
    const outcome = await project.succeed('init');
    expect(outcome.stdout).toMatch(/project +iris-2017/);
    for (const [file, content] of Object.entries(before)) expect(project.read(file)).toBe(content);
    const check = await project.json<Check>('config', 'check');
    expect(check.valid).toBe(true);
    expect(check.computeTargets).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'docker', type: 'docker' })]),
    );
    const run = await project.submit('-c', 'local', 'iris_sklearn.py');
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('Regularization rate is 0.01\n');
  });

  it('may have JSON, targets without a type, keys of its own, and lack files', async () => {
    const project = cloneFixture('json-2017');
    const outcome = await project.succeed('init', '-n', 'old iris');
    expect(outcome.stdout).toMatch(/project +old iris/);
    expect(outcome.stdout).toContain('aml_config/spark_dependencies.yml');
    const check = await project.json<Check>('config', 'check');
    expect(check.valid).toBe(true);
    expect(check.computeTargets.map(({ name, type }) => [name, type])).toEqual([
      ['hdi', 'cluster'],
      ['local', 'local'],
    ]);
    expect(check.findings.map(({ code, file, line }) => [code, file, line])).toEqual(
      expect.arrayContaining([['password-plain-text', 'aml_config/hdi.compute', 4]]),
    );
    expect(JSON.stringify(check)).toContain('myspark-ssh.azurehdinsight.net');
    expect(JSON.stringify(check)).not.toContain('hunter2');
    const run = await project.submit('-c', 'local', 'train.py');
    expect(run).toMatchObject({ exitCode: 0, stdout: 'Example Value\n' });
    const spec = await project.json<{ run_id: string }>('history', 'last');
    expect(spec.run_id).toMatch(/^old.iris_\d{13}$/);
  });

  it('needs no init to run; with it, its records stay where the folder is moved', async () => {
    const project = cloneFixture('iris-2017', 'cloned');
    expect((await project.submit('-c', 'local', 'iris_sklearn.py')).exitCode).toBe(0);
    await project.succeed('init');
    const moved = join(journey.folder, 'moved');
    execFileSync('mv', [project.path, moved]);
    expect(await journey.at(moved).json<unknown[]>('history', 'list')).toHaveLength(1);
  });
});

describe('aml config check', () => {
  it('ends with 2 where something does not load, says where, and how to write it', async () => {
    const project = journey.bareProject('broken', {
      'aml_config/local.compute': 'type: locall\n',
      'aml_config/local.runconfig':
        'ArgumentVector:\n- $file\nTarget: local\nEnvironmentVariables:\n"A": "one"\n"B": "two"\nFramework: Python\n',
    });
    const outcome = await project.aml('config', 'check');
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toMatch(/error: aml_config\/local\.compute:1:7: .*locall/);
    expect(outcome.stderr).toMatch(/error: aml_config\/local\.runconfig:\d:\d/);
    expect(outcome.stderr).toContain('  "A": "one"');
    const json = await project.aml('config', 'check', '-o', 'json');
    expect(json.exitCode).toBe(2);
    const check = json.json<Check>();
    expect(check.valid).toBe(false);
    for (const finding of check.findings.filter((each) => each.severity === 'error')) {
      expect(finding).toMatchObject({
        file: expect.stringContaining('aml_config/') as string,
        line: expect.any(Number) as number,
        column: expect.any(Number) as number,
      });
    }
  });

  it('reads any folder, and needs no services', async () => {
    const alone = Journey.begin('check');
    try {
      const path = join(import.meta.dirname, '../fixtures/json-2017');
      expect((await alone.aml(['config', 'check', path])).exitCode).toBe(0);
      expect((await alone.aml(['config', 'check', join(path, 'aml_config')])).exitCode).toBe(0);
      expect((await alone.aml(['config', 'check', '/no/such/folder'])).exitCode).toBe(2);
      expect(alone.serverPid()).toBeUndefined();
    } finally {
      await alone.end();
    }
  });
});

describe('aml snapshot preview', () => {
  it('says what would be sent, the greatest first, and what an ignore line would save', async () => {
    const project = await journey.project('big', {
      'train.py': 'print(1)\n',
      'data/huge.bin': Buffer.alloc(3_000_000),
      'data/big.bin': Buffer.alloc(1_000_000, 1),
      '.git/objects/x': Buffer.alloc(500_000),
      'env/pyvenv.cfg': 'home = /usr\n',
      'env/lib/big.py': 'x'.repeat(10_000),
      '.amlignore': '*.log\n',
      'a.log': 'log',
    });
    const { stdout } = await project.succeed('snapshot', 'preview');
    expect(stdout).toMatch(/^\d+ files, 4\.0 MB/);
    expect(stdout).toMatch(/\/data\/ +4\.0 MB +2\n/);
    expect(stdout.indexOf('/data/ ')).toBeLessThan(stdout.indexOf('/train.py '));
    const files = (await project.succeed('snapshot', 'preview', '--files')).stdout;
    for (const left of ['.git/', 'env/lib', 'a.log', '.aml/'])
      expect(files).not.toMatch(new RegExp(`^${left.replace('.', '\\.')}`, 'm'));
    const data = await project.json<{
      biggest: readonly { ignore: string; bytes: number }[];
      left_out: readonly { path: string }[];
    }>('snapshot', 'preview');
    expect(data.biggest[0]).toMatchObject({ ignore: '/data/', bytes: 4_000_000 });
    expect(data.left_out.map(({ path }) => path)).toEqual(expect.arrayContaining(['a.log', 'env/']));
    project.write({ '.amlignore': '*.log\n/data/\n' });
    expect((await project.succeed('snapshot', 'preview', '--files')).stdout).not.toContain('huge.bin');
  });
});

describe('who one is', () => {
  it('is told truly: the user of this machine, by a token that only this user may read', async () => {
    const login = await journey.succeed(['login']);
    const user = execFileSync('id', ['-un']).toString().trim();
    expect(login.stdout).toContain(user);
    expect(login.stdout).toMatch(/never/);
    const account = (await journey.succeed(['account', 'show', '-o', 'json'])).json<{
      user: { name: string };
    }>();
    expect(account.user.name).toBe(user);
    expect(statSync(join(journey.home, 'token')).mode & 0o777).toBe(0o600);
    expect(statSync(join(journey.home, 'secret-key')).mode & 0o777).toBe(0o600);
  });

  it('is asked at every call: without the token, with a wrong one, from elsewhere', async () => {
    const url = journey.serverUrl();
    for (const path of [
      '/run-history/runs',
      '/dispatcher/runs',
      '/status',
      '/target-registry/secrets',
      '/config-service/projects',
    ]) {
      expect((await fetch(`${url}${path}`)).status).toBe(401);
      expect((await fetch(`${url}${path}`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    }
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(new URL(url).hostname).toBe('127.0.0.1');
  });
});

describe('secrets', () => {
  let project: ProjectFolder;
  beforeAll(async () => {
    project = await journey.project('secretive', {
      'aml_config/vm.compute': `# The machine in the cellar.\ntype: remotedocker\naddress: vm.example.org\nusername: me\npassword: ${PASSWORD} # changed in May\n`,
      'leak.py': `import sys, base64\nsys.stderr.write("p=" + sys.argv[1] + "\\n")\nprint("the word is", sys.argv[1])\nprint(base64.b64encode(sys.argv[1].encode()).decode())\n`,
    });
  });

  it('are adopted out of the files, whose comments stay', async () => {
    const outcome = await project.succeed('secret', 'adopt');
    expect(outcome.stdout + outcome.stderr).not.toContain(PASSWORD);
    const text = project.read('aml_config/vm.compute');
    expect(text).toMatch(/^# The machine in the cellar\.\ntype: remotedocker\n/);
    expect(text).toMatch(/^password: AzureMlSecret=[0-9a-f-]{36} # changed in May$/m);
    const list = await project.succeed('secret', 'list');
    expect(list.stdout).toContain('vm (me@vm.example.org)');
    expect(list.stdout).not.toContain(PASSWORD);
    expect((await project.succeed('secret', 'adopt')).stderr).toContain('no password');
  });

  it('are nowhere on the disk in plain text', async () => {
    await project.succeed('server', 'stop');
    const found = execFileSync('sh', ['-c', `grep -rlF '${PASSWORD}' '${journey.home}' || true`]).toString();
    expect(found).toBe('');
  });
});

describe('diagnostics', () => {
  it('are a zip with record, logs, versions and the snapshot, and without any secret', async () => {
    const project = await journey.project('ill', {
      'fail.py':
        'import os\nprint("working")\nraise SystemExit("broken: " + os.environ["DB_PASSWORD"][:0])\n',
      'notes.txt': 'plain\n',
      'aml_config/vm.compute': `type: remotedocker\naddress: vm.example.org\nusername: me\npassword: ${PASSWORD}\n`,
    });
    await project.submit('-c', 'local', '--env', `DB_PASSWORD=${PASSWORD}`, 'fail.py', '--token', PASSWORD);
    const id = (await project.succeed('history', 'last', '--query', 'run_id', '-o', 'tsv')).stdout.trim();
    await project.succeed('experiment', 'diagnostics', '-r', id, '-d', 'bug.zip');
    const target = join(journey.folder, 'unzipped');
    execFileSync('python3', [
      '-c',
      'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])',
      join(project.path, 'bug.zip'),
      target,
    ]);
    const tree = treeOf(target);
    const names = Object.keys(tree).join('\n');
    expect(names).toMatch(/fail\.py/);
    expect(names).toMatch(/notes\.txt/);
    const whole = JSON.stringify(tree);
    expect(whole).toContain('working');
    expect(whole).toContain(id);
    expect(whole).not.toContain(PASSWORD);
    const token = readFileSync(join(journey.home, 'token'), 'utf8').trim();
    expect(whole).not.toContain(token);
  });
});

describe('aml experiment clean', () => {
  it('removes what runs left on this machine, and keeps the records', async () => {
    const project = await journey.project('tidy', {
      'x.py': 'import os\nos.makedirs("outputs", exist_ok=True)\nopen("outputs/o.txt", "w").write("kept")\n',
    });
    await project.succeed('experiment', 'submit', '-c', 'local', 'x.py');
    const id = (await project.succeed('history', 'last', '--query', 'run_id', '-o', 'tsv')).stdout.trim();
    const folder = join(journey.home, 'work/runs', id);
    expect(existsSync(folder)).toBe(true);
    const dry = await project.succeed('experiment', 'clean', '-c', 'local', '--dry-run');
    expect(dry.stdout + dry.stderr).toContain(id);
    expect(existsSync(folder)).toBe(true);
    await project.succeed('experiment', 'clean', '-c', 'local');
    expect(existsSync(folder)).toBe(false);
    await project.succeed('history', 'download', '-r', id, '-d', 'got');
    expect(project.read('got/outputs/o.txt')).toBe('kept');
  });
});

/** Every file below a folder, as text. */
function treeOf(folder: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}
