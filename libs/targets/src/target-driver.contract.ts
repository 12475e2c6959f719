import { BenchRun, type BenchOptions } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TargetDriver } from './target-driver';

/** A kind of target with the real thing behind it. */
export interface ContractSubject {
  /** Another driver each time, as after a restart of whoever follows. */
  createDriver(workRoot: string): TargetDriver;
  options(): Promise<BenchOptions>;
}

/** Limits of every run here: short, so that tests need not wait. */
export const CONTRACT_LIMITS = { graceSeconds: 1, leftoverSeconds: 1 };

/** Where the Python files of ours are in the repository. */
export const RUNTIME = {
  sdkFolder: join(import.meta.dirname, '../../../python/sdk'),
  supervisorFolder: join(import.meta.dirname, '../../../python/supervisor'),
};

const IS_ROOT = process.getuid?.() === 0;

/** What every kind of target does with a run. */
export function describeTargetDriver(subject: ContractSubject): void {
  let workRoot: string;
  let options: BenchOptions;
  const runs: BenchRun[] = [];

  beforeAll(async () => {
    workRoot = await mkdtemp(join(tmpdir(), 'aml-contract-'));
    options = await subject.options();
  });

  afterAll(async () => {
    for (const run of runs) {
      const seen = await run.observe().catch(() => undefined);
      if (seen && !seen.exit) await run.driver.cancel(run.handle, run.context).catch(() => undefined);
      await run.driver.clean(run.handle, run.context).catch(() => undefined);
    }
    await rm(workRoot, { recursive: true, force: true });
  });

  async function aRun(
    files: Parameters<typeof BenchRun.prepare>[2],
    given: Parameters<typeof BenchRun.prepare>[3] = {},
  ): Promise<BenchRun> {
    const run = await BenchRun.prepare(subject.createDriver(workRoot), options, files, given);
    runs.push(run);
    return run;
  }

  const another = (run: BenchRun): void => void (run.driver = subject.createDriver(workRoot));

  describe('the end of a script', () => {
    it.each([0, 1, 3, 255])('has its exit code %i', async (code) => {
      const run = await aRun(`import os; os._exit(${code})`);
      const { exit, state } = await run.finish();
      expect(state).toBe('ended');
      expect(exit).toMatchObject({ reason: 'exited', exitCode: code, signal: null, verifiedGone: true });
    });

    it('has the signal that ended it', async () => {
      const run = await aRun('import os; os.kill(os.getpid(), 11)');
      expect((await run.finish()).exit).toMatchObject({
        reason: 'exited',
        exitCode: null,
        signal: 'SIGSEGV',
      });
    });

    it('is that of Python where the script is missing, is a folder or is empty', async () => {
      const missing = await aRun({ 'other.py': '' });
      expect((await missing.finish()).exit?.exitCode).toBe(2);
      expect(await missing.text('stderr')).toContain('train.py');
      const folder = await aRun({ 'train.py/x': '' });
      expect((await folder.finish()).exit?.exitCode).toBe(1);
      const empty = await aRun({ 'train.py': '' });
      expect((await empty.finish()).exit?.exitCode).toBe(0);
    });

    it('comes with processes that outlived it, which are ended, wherever they hid', async () => {
      const run = await aRun(
        'import subprocess; subprocess.Popen(["sleep", "987"], start_new_session=True); print("done", flush=True)',
      );
      const { exit } = await run.finish();
      expect(exit).toMatchObject({ exitCode: 0, verifiedGone: true });
      expect(exit?.leftovers.map(({ command }) => command)).toEqual(['sleep 987']);
    });

    it('is brought by the time limit', async () => {
      const run = await aRun('import time; print("on", flush=True); time.sleep(600)', {
        timeLimitSeconds: 1,
      });
      const { exit } = await run.finish();
      expect(exit).toMatchObject({ reason: 'timeLimit', verifiedGone: true });
      expect(exit?.durationSeconds).toBeLessThan(10);
    });
  });

  describe('output', () => {
    it('is byte for byte what the script wrote', async () => {
      const run = await aRun(`
import os
os.write(1, bytes(range(256)) * 4 + b'\\xff\\xfe \\r 10%\\r 100%\\r no newline at the end')
os.write(2, b'\\x00\\xc3(')
`);
      await run.finish();
      const every = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
      const rest = Buffer.from('\xff\xfe \r 10%\r 100%\r no newline at the end', 'latin1');
      expect(await run.bytes('stdout')).toEqual(Buffer.concat([every, rest]));
      expect(await run.bytes('stderr')).toEqual(Buffer.from([0x00, 0xc3, 0x28]));
    });

    it('may be 100 MB, in lines of 10 MB', async () => {
      const run = await aRun(`
import sys
for letter in 'abcdefghij':
    sys.stdout.write(letter * (10 * 1000 * 1000 - 1) + '\\n')
`);
      expect((await run.finish()).sizes.stdout).toBe(100_000_000);
      const output = await run.bytes('stdout', 4 * 1024 * 1024);
      expect(output.length).toBe(100_000_000);
      expect(output.subarray(-3).toString()).toBe('jj\n');
      expect(output.indexOf('b')).toBe(10_000_000);
    });

    it('reaches a reader who waits within 30 ms', async () => {
      const run = await aRun(`
import os, time
time.sleep(0.5)
for each in range(40):
    os.write(1, b'%r\\n' % time.time())
    time.sleep(0.02)
`);
      await run.start();
      const delays: number[] = [];
      let seen = await run.until('running', ({ state }) => state === 'running');
      for (let offset = 0; delays.length < 40;) {
        await run.driver.waitForChange(
          run.handle,
          { ...seen, sizes: { ...seen.sizes, stdout: offset } },
          1000,
          run.context,
        );
        const chunk = await run.driver.read(run.handle, 'stdout', offset, 65_536, run.context);
        const now = Date.now() / 1000;
        offset += chunk.length;
        for (const line of chunk.toString().split('\n').filter(Boolean))
          delays.push((now - Number(line)) * 1000);
        seen = { ...seen, sizes: { ...seen.sizes, stdout: offset } };
      }
      delays.sort((a, b) => a - b);
      expect(delays[Math.floor(delays.length * 0.5)]).toBeLessThan(30);
    });

    it('is empty before the start, and beyond its end', async () => {
      const run = await aRun('print("x")');
      expect((await run.bytes('stdout')).length).toBe(0);
      await run.finish();
      expect((await run.driver.read(run.handle, 'stdout', 100, 10, run.context)).length).toBe(0);
    });
  });

  describe('what a script sees', () => {
    const show = 'import json, os, sys; print(json.dumps([dict(os.environ), sys.argv, os.getcwd()]))';
    const shown = async (run: BenchRun): Promise<[Record<string, string>, string[], string]> =>
      JSON.parse(await run.text('stdout')) as [Record<string, string>, string[], string];

    it('are its variables, exactly', async () => {
      const variables = {
        QUOTES: `a "b" 'c' \\ $HOME \`id\``,
        LINES: 'one\ntwo\n',
        WORDS: 'Größe 数据 🚀',
        EMPTY: '',
      };
      const run = await aRun(show, { environmentVariables: variables });
      await run.finish();
      expect((await shown(run))[0]).toMatchObject(variables);
    });

    it('are its arguments, exactly', async () => {
      const given = ['--a', 'b c', '"', "'", '$HOME', '*', '', '\n', '数据', '--', '\\'];
      const run = await aRun(show, { arguments: given });
      await run.finish();
      expect((await shown(run))[1]).toEqual(['train.py', ...given]);
    });

    it('are the names of the service, whatever the configuration says', async () => {
      const run = await aRun(show, { environmentVariables: { AZUREML_RUN_ID: 'mine', PYTHONPATH: '/more' } });
      await run.finish();
      const [env, , cwd] = await shown(run);
      expect(env['AZUREML_RUN_ID']).toBe(run.specification.runId);
      expect(env['AZUREML_EXPERIMENT_ID']).toBe(run.specification.projectId);
      expect(env['PYTHONPATH']).toMatch(/\/sdk:.*\/more$/);
      expect(cwd).toMatch(/\/project$/);
    });

    it('is a folder that the runs of a project share, with its separator', async () => {
      const target = { nativeSharedDirectory: join(workRoot, 'share') };
      const script = (mode: string): string =>
        `import os; f = open(os.environ['AZUREML_NATIVE_SHARE_DIRECTORY'] + 'count', '${mode}'); print(f.write('1') if '${mode}' == 'w' else f.read())`;
      await (await aRun(script('w'), { target })).finish();
      const second = await aRun(script('r'), { target });
      await second.finish();
      expect(await second.text('stdout')).toBe('1\n');
      expect((await stat(join(workRoot, 'share/acc/ws/Iris/count'))).uid).toBe(process.getuid?.());
    });

    it('is a HOME that can be written to, and who it is', async () => {
      const run = await aRun(
        'import getpass, os; open(os.path.expanduser("~/.aml-contract"), "w").close(); os.remove(os.path.expanduser("~/.aml-contract")); print(getpass.getuser())',
      );
      expect((await run.finish()).exit?.exitCode).toBe(0);
    });

    it('is our SDK, and what it logs', async () => {
      const run = await aRun(
        'from azureml.logging import get_azureml_logger; get_azureml_logger().log("Accuracy", 0.5)',
      );
      await run.finish();
      expect(await run.text('stderr')).toBe('');
      expect(JSON.parse(await run.text('metrics'))).toMatchObject({ name: 'Accuracy' });
    });

    it('is the value of a secret, not its reference', async () => {
      const run = await aRun(show, {
        environmentVariables: { KEY: 'AzureMlSecret=1' },
        secrets: { 'AzureMlSecret=1': 'value' },
      });
      await run.finish();
      expect((await shown(run))[0]['KEY']).toBe('value');
    });

    it('is the project as submitted: names, links and modes', async () => {
      const name = 'a b/\n"ü".txt';
      const run = await aRun({
        'train.py': `import os; print(repr(open(${JSON.stringify(name)}).read()), os.readlink('link'))`,
        [name]: 'x',
        link: { link: 'a b' },
      });
      await run.finish();
      expect(await run.text('stdout')).toBe("'x' a b\n");
    });
  });

  describe('outputs', () => {
    it('are nested, big and empty files, also after a failure and a change of directory', async () => {
      const run = await aRun(`
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
      const run = await aRun(`
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
      const run = await aRun(
        'from azureml.core import Run; open("m", "w").write("x"); Run.get_context().upload_file("outputs/named", "m")',
      );
      await run.finish();
      expect((await run.outputs()).files.get('outputs/named')?.toString()).toBe('x');
    });
  });

  describe('a cancel', () => {
    const sleeper = 'import time; print("on", flush=True); time.sleep(600)';
    const ended = async (run: BenchRun): Promise<void> => {
      const { phase, survivors } = await run.driver.cancel(run.handle, run.context);
      expect([phase, survivors]).toEqual(['verified-gone', []]);
    };

    it('before anything is there keeps the run from ever starting', async () => {
      const run = await aRun(sleeper);
      await ended(run);
      await run.start().catch(() => undefined);
      const { exit } = await run.ended(10);
      expect(exit).toMatchObject({ reason: 'canceled', startedAt: null });
      expect((await run.bytes('stdout')).length).toBe(0);
    });

    it('between stage and launch keeps the run from ever starting', async () => {
      const run = await aRun(sleeper);
      await run.stage();
      await ended(run);
      await run.launch().catch(() => undefined);
      expect((await run.ended(10)).exit?.reason).toBe('canceled');
      expect((await run.bytes('stdout')).length).toBe(0);
    });

    it('at the moment of the launch ends it, and nothing is left', async () => {
      const run = await aRun(sleeper);
      await run.stage();
      await Promise.all([run.launch(), ended(run)]);
      expect((await run.ended(10)).exit?.reason).toBe('canceled');
    });

    it('ends a script that wants to save its work, and lets it', async () => {
      const run = await aRun(`
import os, signal, sys, time
def save(*_):
    os.makedirs('outputs', exist_ok=True); open('outputs/saved', 'w').write('s'); sys.exit(0)
signal.signal(signal.SIGTERM, save)
print('on', flush=True)
time.sleep(600)
`);
      await run.start();
      await run.until('on', ({ sizes }) => sizes.stdout > 0);
      await ended(run);
      expect((await run.observe()).exit?.reason).toBe('canceled');
      expect([...(await run.outputs()).files.keys()]).toEqual(['outputs/saved']);
    });

    it('ends a script that does not want to, with everything it started', async () => {
      const run = await aRun(`
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, '-c', 'import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(986)'], start_new_session=True)
time.sleep(0.3)
print('on', flush=True)
time.sleep(600)
`);
      await run.start();
      await run.until('on', ({ sizes }) => sizes.stdout > 0);
      await ended(run);
      expect((await run.observe()).exit).toMatchObject({ reason: 'canceled', verifiedGone: true });
    });

    it('after the end changes nothing', async () => {
      const run = await aRun('raise SystemExit(7)');
      await run.finish();
      await ended(run);
      expect((await run.observe()).exit).toMatchObject({ reason: 'exited', exitCode: 7 });
    });
  });

  describe('a follower that is lost', () => {
    const script = `
import os, time
open(os.environ['AZUREML_NATIVE_SHARE_DIRECTORY'] + os.environ['AZUREML_RUN_ID'], 'a').write('x')
print('on', flush=True)
time.sleep(1)
print('off')
`;
    const given = (): Parameters<typeof BenchRun.prepare>[3] => ({
      target: { nativeSharedDirectory: join(workRoot, 'starts') },
    });
    const starts = async (run: BenchRun): Promise<number> =>
      (await stat(join(workRoot, 'starts/acc/ws/Iris', run.specification.runId))).size;

    it('in the middle of staging is replaced by one that stages anew', async () => {
      const run = await aRun({ 'train.py': script, big: Buffer.alloc(20_000_000) }, given());
      const abort = new AbortController();
      const staging = run.driver.stage(run.handle, run.input, { ...run.context, signal: abort.signal });
      setTimeout(() => abort.abort(), 15);
      await staging.catch(() => undefined);
      another(run);
      await run.finish();
      expect(await run.text('stdout')).toBe('on\noff\n');
    });

    it('after staging, after the launch and after the end is replaced by another', async () => {
      const run = await aRun(script, given());
      const { handle } = run;
      await run.stage();
      another(run);
      await run.launch();
      another(run);
      run.handle = handle; // the answer to the launch was lost with the follower
      expect((await run.until('on', ({ sizes }) => sizes.stdout > 0)).state).toBe('running');
      another(run);
      await run.launch();
      await run.ended();
      another(run);
      expect((await run.observe()).exit?.exitCode).toBe(0);
      expect(await run.text('stdout')).toBe('on\noff\n');
      expect(await starts(run)).toBe(1);
    });

    it('starts nothing twice, however many try at once', async () => {
      const run = await aRun(script, given());
      const others = Array.from({ length: 4 }, () => subject.createDriver(workRoot));
      await Promise.all(
        others.map(async (driver) => {
          await driver.stage(run.handle, run.input, run.context);
          await driver.launch(run.handle, run.input, run.context);
        }),
      );
      await run.ended();
      await run.launch();
      expect((await run.observe()).exit?.exitCode).toBe(0);
      expect(await starts(run)).toBe(1);
    });
  });

  describe('a full disk', () => {
    const small = (): string => join(workRoot, 'small');

    it.runIf(IS_ROOT)(
      'is said while staging, and shows in the script, whose end is recorded all the same',
      async () => {
        execFileSync('mkdir', ['-p', small()]);
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small()]);
        try {
          const driver = subject.createDriver(small());
          const big = await BenchRun.prepare(driver, options, {
            'train.py': '',
            big: Buffer.alloc(8_000_000),
          });
          await expect(big.stage()).rejects.toMatchObject({ code: 'disk-full', blame: 'target' });
          await driver.clean(big.handle, big.context);
          const run = await BenchRun.prepare(driver, options, 'while True: print("x" * 100000)');
          const { exit } = await run.finish();
          expect(exit?.exitCode).not.toBe(0);
          await driver.clean(run.handle, run.context);
        } finally {
          execFileSync('umount', ['-l', small()]);
        }
      },
    );
  });

  describe('afterwards', () => {
    it('only the run that is named is removed, even what it made unreadable', async () => {
      const keep = await aRun('print(1)');
      await keep.finish();
      const run = await aRun('import os; os.makedirs("a/b"); open("a/b/c", "w").close(); os.chmod("a/b", 0)');
      await run.finish();
      await run.driver.retire?.(run.handle, run.context);
      const { removed } = await run.driver.clean(run.handle, run.context);
      expect(removed).toContain(run.handle.runFolder);
      const left = await readdir(join(workRoot, 'runs'));
      expect(left).toContain(keep.specification.runId);
      expect(left).not.toContain(run.specification.runId);
      expect((await run.driver.clean(run.handle, run.context)).removed).toEqual([]);
    });

    it('a run that is under way is not removed', async () => {
      const run = await aRun('import time; print("on", flush=True); time.sleep(600)');
      await run.start();
      await run.until('on', ({ sizes }) => sizes.stdout > 0);
      await expect(run.driver.clean(run.handle, run.context)).rejects.toMatchObject({ code: 'run-active' });
      await run.driver.cancel(run.handle, run.context);
    });

    it('a run whose folder somebody removed is lost, not failed for a reason that nobody saw', async () => {
      const run = await aRun('print(1)');
      await run.finish();
      await run.driver.retire?.(run.handle, run.context);
      await rm(run.handle.runFolder, { recursive: true });
      expect(await run.observe()).toMatchObject({ state: 'lost', exit: { reason: 'lost' } });
    });

    it('a diagnosis has the control files, and no value of a variable', async () => {
      const run = await aRun('print(1)', { environmentVariables: { PASSWORD: 'hunter2-hunter2' } });
      await run.finish();
      const files = await run.driver.diagnose(run.handle, run.context);
      expect(files.map(({ path }) => path)).toEqual(
        expect.arrayContaining(['control/request.json', 'control/exit.json', 'machine.json']),
      );
      expect(Buffer.concat(files.map(({ content }) => content)).toString()).not.toContain('hunter2');
    });
  });
}
