import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StatCache } from './stat-cache';
import { takeSnapshot, type Snapshot } from './take-snapshot';

let base: string;
let root: string;
let home: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'snapshot-'));
  root = join(base, 'project');
  home = join(base, 'home');
  mkdirSync(root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const write = (path: string | Buffer, text: string | Buffer): void => {
  if (typeof path === 'string') mkdirSync(dirname(join(root, path)), { recursive: true });
  const full = typeof path === 'string' ? join(root, path) : Buffer.concat([Buffer.from(`${root}/`), path]);
  writeFileSync(full, text);
};
const settle = (path: string): void => {
  // Older than the file system's clock can blur.
  execFileSync('sleep', ['0.1']);
  utimesSync(join(root, path), new Date(1_500_000_000_000), new Date(1_500_000_000_000));
  execFileSync('sleep', ['0.1']);
};
const take = (): Promise<Snapshot> => takeSnapshot(root, StatCache.open(home, root));
const paths = (snapshot: Snapshot): string[] => snapshot.entries.map((entry) => entry.path);
const sha = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

describe('a snapshot', () => {
  it('has exact bytes, modes, links and empty folders', async () => {
    write('train.py', 'print(1)\n');
    write('run.sh', Buffer.from([0, 255, 10, 13]));
    chmodSync(join(root, 'run.sh'), 0o755);
    mkdirSync(join(root, 'empty'));
    symlinkSync('train.py', join(root, 'link.py'));
    const snapshot = await take();
    const byPath = new Map(snapshot.entries.map((entry) => [entry.path, entry]));
    expect(byPath.get('train.py')).toMatchObject({ type: 'file', size: 9, sha256: sha('print(1)\n') });
    expect(byPath.get('run.sh')).toMatchObject({ mode: 0o755, sha256: sha(Buffer.from([0, 255, 10, 13])) });
    expect(byPath.get('empty')).toMatchObject({ type: 'directory' });
    expect(byPath.get('link.py')).toMatchObject({ type: 'link', target: 'train.py' });
    expect(snapshot).toMatchObject({ files: 2, bytes: 13 });
  });

  it('keeps names with spaces, newlines, other scripts and bytes that are no UTF-8', async () => {
    write('a b.txt', '1');
    write('new\nline.txt', '2');
    write('数据.csv', '3');
    write(Buffer.from([0x66, 0xff, 0x2e, 0x70, 0x79]), '4');
    mkdirSync(Buffer.concat([Buffer.from(`${root}/d`), Buffer.from([0xfe])]));
    write(Buffer.concat([Buffer.from('d'), Buffer.from([0xfe]), Buffer.from('/x.py')]), '5');
    const snapshot = await take();
    expect(paths(snapshot)).toEqual(expect.arrayContaining(['a b.txt', 'new\nline.txt', '数据.csv']));
    const raw = snapshot.entries.flatMap((entry) =>
      entry.raw === undefined ? [] : [Buffer.from(entry.raw, 'base64').toString('latin1')],
    );
    expect(raw.sort()).toEqual(['d\u00fe', 'd\u00fe/x.py', 'f\u00ff.py']);
    expect(
      snapshot.entries.find((entry) => entry.raw === Buffer.from('d\u00fe/x.py', 'latin1').toString('base64'))
        ?.sha256,
    ).toBe(sha('5'));
  });

  it('leaves out .git, .aml, outputs, caches and virtual environments, and says so', async () => {
    write('.git/HEAD', 'x');
    write('.aml/project.json', '{}');
    write('outputs/model.pkl', 'x');
    write('code/__pycache__/a.pyc', 'x');
    write('env/pyvenv.cfg', 'x');
    write('train.py', '');
    const snapshot = await take();
    expect(paths(snapshot)).toEqual(['code', 'train.py']);
    expect(snapshot.leftOut).toContainEqual({ path: 'env/', by: 'python environment' });
    expect(snapshot.leftOut).toContainEqual({ path: 'outputs/', by: 'default' });
  });

  it('follows ignore files in every folder', async () => {
    write('.gitignore', 'data/\n');
    write('.amlignore', '!data/small.csv\n*.tmp\n');
    write('data/big.csv', 'x');
    write('data/small.csv', 'x');
    write('a/.gitignore', 'secret.txt\n');
    write('a/secret.txt', 'x');
    write('b.tmp', 'x');
    expect(paths(await take())).toEqual(
      ['.amlignore', '.gitignore', 'a', 'a/.gitignore', 'data', 'data/small.csv'].sort(),
    );
  });

  it('skips pipes and sockets with a warning, and does not wait for them', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const server = createServer().listen(join(root, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const snapshot = await take();
    server.close();
    expect(paths(snapshot)).toEqual([]);
    expect(snapshot.warnings.map((warning) => warning.message)).toEqual([
      'pipe is a named pipe and is left out',
      'socket is a socket and is left out',
    ]);
  });

  it('sends a link that leads out as a link, with a warning', async () => {
    symlinkSync('/etc/passwd', join(root, 'absolute'));
    symlinkSync('../elsewhere', join(root, 'relative'));
    symlinkSync('nowhere', join(root, 'dangling'));
    const snapshot = await take();
    expect(snapshot.entries.map((entry) => entry.target)).toEqual(['/etc/passwd', 'nowhere', '../elsewhere']);
    expect(snapshot.warnings.map((warning) => warning.path)).toEqual(['absolute', 'relative']);
  });

  it('names a file that cannot be read', async () => {
    write('data/secret.bin', 'x');
    chmodSync(join(root, 'data/secret.bin'), 0);
    if (userInfo().uid === 0) return;
    await expect(take()).rejects.toMatchObject({
      message: 'data/secret.bin cannot be read: permission denied',
      hint: expect.stringContaining('.amlignore') as string,
    });
  });

  it('sees a changed file though size and modification time are the same', async () => {
    write('a.txt', 'one');
    settle('a.txt');
    const first = await take();
    write('a.txt', 'two');
    utimesSync(join(root, 'a.txt'), new Date(1_500_000_000_000), new Date(1_500_000_000_000));
    const second = await take();
    expect([...first.contents.keys()]).toEqual([sha('one')]);
    expect([...second.contents.keys()]).toEqual([sha('two')]);
  });

  it('reads nothing again that did not change', async () => {
    write('a.txt', 'one');
    write('big.bin', Buffer.alloc(3_000_000, 7));
    settle('a.txt');
    settle('big.bin');
    let toRead = 0;
    let read = 0;
    const count = (): Promise<Snapshot> => {
      read = 0;
      return takeSnapshot(root, StatCache.open(home, root), (total) => {
        toRead = total;
        return (bytes) => (read += bytes);
      });
    };
    const first = await count();
    expect([toRead, read]).toEqual([3_000_003, 3_000_003]);
    const second = await count();
    expect([toRead, read]).toEqual([0, 0]);
    expect(second.entries).toEqual(first.entries);
    appendFileSync(join(root, 'a.txt'), '!');
    await count();
    expect([toRead, read]).toEqual([4, 4]);
  });

  it('takes a log that grows meanwhile as it was, and refuses a file that changes without end', async () => {
    const big = Buffer.alloc(20_000_000, 1);
    write('growing.log', big);
    const growing = setInterval(() => appendFileSync(join(root, 'growing.log'), 'x'), 1);
    const snapshot = await take().finally(() => clearInterval(growing));
    expect(snapshot.bytes).toBeGreaterThanOrEqual(big.length);
    rmSync(join(root, 'growing.log'));
    write('changing.bin', big);
    const descriptor = openSync(join(root, 'changing.bin'), 'r+');
    const changing = setInterval(() => writeSync(descriptor, 'x', 5), 1);
    await expect(take()).rejects.toThrow('changing.bin keeps changing while it is read');
    clearInterval(changing);
    closeSync(descriptor);
  });

  it('finds what looks like a secret, also when the file comes from the cache', async () => {
    write(
      'train.py',
      'import os\npassword = "hunter2hunter2"\ntoken = get_token()\nkey = os.environ["API_KEY"]\n',
    );
    write('.env', 'DB_PASSWORD=s3cret-value\nPORT=8080\n');
    settle('train.py');
    settle('.env');
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await take()).secrets).toEqual([
        { path: '.env', line: 1 },
        { path: 'train.py', line: 2 },
      ]);
    }
  });
});
