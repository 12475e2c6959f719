import { isRoot, Journey, type ProjectFolder } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Prints every entry below the project as the run has it: name in hex → content, mode or where the link leads. */
const TREE = `
import hashlib, json, os, stat, sys
tree = {}
for folder, folders, files in os.walk(b"."):
    for name in folders + files:
        path = os.path.join(folder, name)
        seen = os.lstat(path)
        if stat.S_ISLNK(seen.st_mode): tree[path[2:].hex()] = ["link", os.readlink(path).hex()]
        elif stat.S_ISREG(seen.st_mode):
            tree[path[2:].hex()] = ["file", hashlib.sha256(open(path, "rb").read()).hexdigest(), bool(seen.st_mode & 0o111)]
print(json.dumps(tree))
`;
type Tree = Record<string, readonly [kind: string, content: string, executable?: boolean]>;

const hex = (text: string | Buffer): string => Buffer.from(text).toString('hex');
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

const journey = Journey.begin('files');
let project: ProjectFolder;

beforeAll(async () => {
  project = await journey.project('demo', { 'tree.py': TREE });
});
afterAll(() => journey.end());

async function treeOfRun(): Promise<{ readonly tree: Tree; readonly stderr: string }> {
  const outcome = await project.submit('-c', 'local', 'tree.py');
  expect(outcome.stderr).toContain('Completed');
  return { tree: JSON.parse(outcome.stdout) as Tree, stderr: outcome.stderr };
}

describe('the project as the run has it', () => {
  it('has every name and every byte, whatever they are', async () => {
    const odd = Buffer.from('odd \xff\xfe \xe4.bin', 'latin1');
    const names: readonly (string | Buffer)[] = [
      'with two  spaces.txt',
      'new\nline.txt',
      'tab\tand"quotes\'.txt',
      '-rf',
      'trailing space ',
      'back\\slash',
      '$(reboot)',
      'ünïcode.txt',
      'u\u0308 decomposed.txt',
      '日本語/データ.csv',
      `${'x'.repeat(250)}.txt`,
      odd,
    ];
    const content = (name: string | Buffer): Buffer =>
      Buffer.concat([Buffer.from([0, 255, 10, 13]), Buffer.from(name)]);
    mkdirSync(join(project.path, '日本語'));
    for (const name of names)
      writeFileSync(Buffer.concat([Buffer.from(`${project.path}/`), Buffer.from(name)]), content(name));
    project.write({ 'run.sh': { text: '#!/bin/sh\n', mode: 0o755 }, 'nothing.dat': '' });

    const { tree } = await treeOfRun();
    for (const name of names) expect(tree[hex(name)]).toEqual(['file', sha256(content(name)), false]);
    expect(tree[hex('run.sh')]).toEqual(['file', sha256('#!/bin/sh\n'), true]);
    expect(tree[hex('nothing.dat')]).toEqual(['file', sha256(''), false]);
  });

  it('has links as links; one that leads out of the project is said', async () => {
    symlinkSync('tree.py', join(project.path, 'inside'));
    symlinkSync('/etc/passwd', join(project.path, 'away'));
    symlinkSync('nowhere', join(project.path, 'dangling'));
    const { tree, stderr } = await treeOfRun();
    expect(tree[hex('inside')]).toEqual(['link', hex('tree.py')]);
    expect(tree[hex('dangling')]).toEqual(['link', hex('nowhere')]);
    expect(stderr).toMatch(/warning: .*away/);
    expect(tree[hex('away')]?.[0]).not.toBe('file');
    execFileSync('rm', ['away', 'dangling'], { cwd: project.path });
  });

  it('runs a script whose name has spaces and line breaks', async () => {
    project.write({ 'my first script.py': 'print("spaces")\n', 'odd/li\nne.py': 'print("line")\n' });
    expect((await project.submit('-c', 'local', 'my first script.py')).stdout).toBe('spaces\n');
    expect((await project.submit('-c', 'local', 'odd/li\nne.py')).stdout).toBe('line\n');
    const list = await project.succeed('history', 'list', '--limit', '1');
    expect(list.stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  it('runs a script named from a folder of the project', async () => {
    project.write({ 'code/train.py': 'import os, sys\nprint(sys.argv[0], sorted(os.listdir("."))[0:0])\n' });
    const outcome = await journey.aml(['experiment', 'submit', '-c', 'local', 'train.py'], {
      cwd: join(project.path, 'code'),
    });
    expect(outcome.stdout).toBe('code/train.py []\n');
  });

  it('is sent once: the second submit finds every file there', async () => {
    const plan = async (): Promise<{ files: number; new_files: number }> =>
      (await project.succeed('experiment', 'submit', '-c', 'local', '--plan', '-o', 'json', 'tree.py')).json<{
        send: { files: number; new_files: number };
      }>().send;
    const before = await plan();
    expect(before.new_files).toBe(0);
    project.write({ 'new.txt': 'something new' });
    expect(await plan()).toEqual(expect.objectContaining({ files: before.files + 1, new_files: 1 }));
  });

  it('can be on a file system that nobody may write', async () => {
    const before = readdirSync(project.path, { recursive: true }).length;
    const writable = isRoot
      ? mountReadOnly(project.path)
      : (chmodSync(project.path, 0o555), () => chmodSync(project.path, 0o755));
    try {
      const { tree } = await treeOfRun();
      expect(Object.keys(tree).length).toBeGreaterThan(10);
      expect((await project.succeed('history', 'last')).stdout).toContain('Completed');
    } finally {
      writable();
    }
    expect(readdirSync(project.path, { recursive: true })).toHaveLength(before);
  });

  it('is warned about where a file looks like it holds a secret', async () => {
    project.write({
      'settings.ini': `[db]\nkey = AKIA${'ABCDEFGH'.repeat(2)}\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY\n`,
    });
    const { stderr } = await treeOfRun();
    expect(stderr).toMatch(/warning: this looks like a secret .*settings\.ini:\d/);
    expect(stderr).not.toContain('wJalrXUtnFEMI');
  });
});

describe('outputs/', () => {
  it('are kept with their bytes; links that lead out of them are left away and said', async () => {
    project.write({
      'out.py': [
        'import os',
        'os.makedirs("outputs/deep/er", exist_ok=True)',
        'open("outputs/deep/er/a b.bin", "wb").write(bytes(range(256)))',
        'open("outputs/empty", "w").close()',
        'open(b"outputs/\\xff.txt", "w").write("odd name")',
        'os.symlink("/etc/passwd", "outputs/passwd")',
        'os.symlink("/etc", "outputs/etc")',
        'os.symlink("deep/er/a b.bin", "outputs/again.bin")',
        '',
      ].join('\n'),
    });
    const outcome = await project.submit('-c', 'local', 'out.py');
    expect(outcome.exitCode).toBe(0);
    const {
      run_id: id,
      attachments,
      warnings,
    } = await project.json<{
      run_id: string;
      attachments: string;
      warnings: unknown[];
    }>('history', 'last');
    expect(attachments).toContain('outputs/deep/er/a b.bin');
    expect(attachments).not.toContain('passwd');
    expect(attachments).not.toContain('outputs/etc');
    expect(JSON.stringify(warnings)).toContain('outputs/passwd');
    const destination = join(journey.folder, 'downloaded');
    await project.succeed('history', 'download', '-r', id, '-d', destination);
    const bytes = execFileSync('cat', [join(destination, 'outputs/deep/er/a b.bin')]);
    expect([...bytes]).toEqual([...Array(256).keys()]);
    expect(statSync(join(destination, 'outputs/empty')).size).toBe(0);
  });

  it('of the person are no part of the next run', async () => {
    mkdirSync(join(project.path, 'outputs'), { recursive: true });
    project.write({ 'outputs/old.txt': 'old' });
    const { tree } = await treeOfRun();
    expect(Object.keys(tree)).not.toContain(hex('outputs/old.txt'));
  });

  it('may be a link to a folder elsewhere, which the run neither sees nor writes', async () => {
    execFileSync('rm', ['-r', join(project.path, 'outputs')]);
    const elsewhere = journey.makeFolder(join(journey.folder, 'elsewhere'));
    symlinkSync(elsewhere, join(project.path, 'outputs'));
    const outcome = await project.submit('-c', 'local', 'out.py');
    expect(outcome.exitCode).toBe(0);
    expect(readdirSync(elsewhere)).toEqual([]);
    expect((await project.json<{ attachments: string }>('history', 'last')).attachments).toContain(
      'outputs/empty',
    );
  });
});

function mountReadOnly(path: string): () => void {
  execFileSync('mount', ['--bind', path, path]);
  execFileSync('mount', ['-o', 'remount,ro,bind', path]);
  return () => execFileSync('umount', [path]);
}
