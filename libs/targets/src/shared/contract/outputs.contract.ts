import { describe, expect, it } from 'vitest';
import type { ContractBench } from './contract-bench.fixture';

export function describeOutputs(bench: ContractBench): void {
  describe('outputs', () => {
    it('are nested, big and empty files, also after a failure and a change of directory', async () => {
      const run = await bench.run(`
import os
os.makedirs('outputs/deep/er'); os.makedirs('outputs/nothing')
open('outputs/deep/er/big', 'wb').write(b'x' * 5000000)
open('outputs/empty', 'w').close()
open('outputs/new line\\n', 'w').write('n')
os.chdir('/tmp')
raise SystemExit(4)
`);
      expect((await run.finish()).exit?.exitCode).toBe(4);
      const { files, refused } = await run.outputs();
      expect(refused).toEqual([]);
      expect([...files].map(([path, content]) => [path, content.length])).toEqual([
        ['outputs/deep/er/big', 5_000_000],
        ['outputs/empty', 0],
        ['outputs/new line\n', 1],
      ]);
    });

    it('are not what a link leads to outside, nor devices, nor names that are not UTF-8', async () => {
      const run = await bench.run(`
import os
open('data.txt', 'w').write('d'); os.makedirs('outputs/sub'); open('outputs/sub/a', 'w').write('a')
os.symlink('../data.txt', 'outputs/inside')
os.symlink('sub', 'outputs/folder')
os.symlink(os.path.abspath('outputs/sub/a'), 'outputs/absolute')
os.symlink('/etc/passwd', 'outputs/passwd')
os.symlink('../../../..', 'outputs/up')
os.symlink('/etc', 'outputs/etc')
os.symlink('.', 'outputs/loop')
os.symlink('nowhere', 'outputs/dangling')
os.mkfifo('outputs/pipe')
open(b'outputs/\\xff', 'w').close()
`);
      expect(await run.finish()).toMatchObject({ exit: { exitCode: 0 } });
      const { files, refused } = await run.outputs();
      expect(Object.fromEntries([...files].map(([path, content]) => [path, content.toString()]))).toEqual({
        'outputs/sub/a': 'a',
        'outputs/inside': 'd',
        'outputs/folder/a': 'a',
        'outputs/absolute': 'a',
      });
      expect(refused.map((line) => line.split(':')[0]).sort()).toEqual(
        ['\\xff', 'dangling', 'etc', 'loop', 'passwd', 'pipe', 'up'].map((each) => `outputs/${each}`).sort(),
      );
      expect(refused.find((line) => line.includes('passwd'))).toContain("outside the run's own files");
    });

    it('are also what the script uploaded by name', async () => {
      const run = await bench.run(
        'from azureml.core import Run; open("m", "w").write("x"); Run.get_context().upload_file("outputs/named", "m")',
      );
      await run.finish();
      expect((await run.outputs()).files.get('outputs/named')?.toString()).toBe('x');
    });
  });
}
