import { FakeDockerEngine } from '@aml/docker-client';
import { BenchRun } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACT_LIMITS, describeTargetDriver, RUNTIME } from '../target-driver.contract';
import { createTargetDrivers } from '../target-kinds';
import type { TargetDriver } from '../target-driver';

function createDriver(workRoot: string): TargetDriver {
  const drivers = createTargetDrivers({
    workRoot,
    runtime: RUNTIME,
    engine: new FakeDockerEngine(),
    limits: CONTRACT_LIMITS,
  });
  const driver = drivers.get('local-python');
  if (!driver) throw new Error('there is no driver');
  return driver;
}

const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)']).toString().trim();
const options = {
  specification: {
    client: {
      interpreter: { path: python, source: 'PATH' },
      environment: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: process.env['HOME'] ?? '/root' },
    },
  },
  image: null,
};

describe('local-python', () => {
  describeTargetDriver({ createDriver, options: async () => options });

  describe('its own', () => {
    let workRoot: string;
    beforeAll(async () => void (workRoot = await mkdtemp(join(tmpdir(), 'aml-local-python-'))));
    afterAll(() => rm(workRoot, { recursive: true, force: true }));

    it('a supervisor that is killed is replaced, and the run still has its end', async () => {
      const run = await BenchRun.prepare(
        createDriver(workRoot),
        options,
        'import time; print("on", flush=True); time.sleep(2); print("off", flush=True)',
      );
      await run.start();
      await run.until('on', ({ sizes }) => sizes.stdout > 0);
      process.kill(run.handle.launched?.supervisorPid ?? 0, 'SIGKILL');
      expect((await run.observe()).state).toBe('running');
      const { state, exit } = await run.ended();
      expect([state, exit?.reason, exit?.verifiedGone]).toEqual(['lost', 'lost', true]);
      expect(await run.text('stdout')).toBe('on\noff\n');
    });

    it('a run whose supervisor was killed can still be canceled, with proof', async () => {
      const run = await BenchRun.prepare(
        createDriver(workRoot),
        options,
        'import time; print("on", flush=True); time.sleep(600)',
      );
      await run.start();
      await run.until('on', ({ sizes }) => sizes.stdout > 0);
      process.kill(run.handle.launched?.supervisorPid ?? 0, 'SIGKILL');
      const progress = await run.driver.cancel(run.handle, run.context);
      expect(progress).toMatchObject({ phase: 'verified-gone', survivors: [] });
      expect((await run.observe()).exit?.reason).toBe('canceled');
    });

    it('says which interpreter is missing, and what to do', async () => {
      const run = await BenchRun.prepare(createDriver(workRoot), options, '', {
        target: { pythonLocation: '/no/such/python' },
      });
      await expect(run.stage()).rejects.toMatchObject({
        code: 'python-missing',
        message: expect.stringContaining('"/no/such/python"') as string,
        blame: 'target',
      });
      const none = await BenchRun.prepare(createDriver(workRoot), options, '', {
        client: { interpreter: null },
      });
      await expect(none.stage()).rejects.toMatchObject({ code: 'python-missing' });
    });

    it('takes the Python of the shell where a template says `python` and there is a python3 only', async () => {
      const bin = join(workRoot, 'bin');
      await mkdir(bin);
      await symlink('/usr/bin/python3', join(bin, 'python3'));
      const interpreter = { path: join(bin, 'python3'), source: 'python3' };
      const run = await BenchRun.prepare(createDriver(workRoot), options, 'print("here")', {
        target: { pythonLocation: 'python' },
        client: { interpreter, environment: { PATH: bin } },
      });
      await run.finish();
      expect(await run.text('stdout')).toBe('here\n');
    });

    it('keeps what a run may hold secret from other users', async () => {
      const run = await BenchRun.prepare(createDriver(workRoot), options, 'print(1)');
      await run.finish();
      const modes = execFileSync('stat', [
        '-c',
        '%a',
        run.handle.runFolder,
        join(run.handle.runFolder, 'control/request.json'),
        join(run.handle.runFolder, 'spool/stdout.log'),
      ]).toString();
      expect(modes).toBe('700\n600\n600\n');
    });

    it('runs with plain Python what asks for PySpark and does not use it', async () => {
      const run = await BenchRun.prepare(createDriver(workRoot), options, 'print("plain")', {
        framework: 'PySpark',
      });
      await run.finish();
      expect(await run.text('stdout')).toBe('plain\n');
      expect(run.notes.join()).toContain('it runs with plain Python');
    });

    it('refuses what uses Spark where there is none', async () => {
      const run = await BenchRun.prepare(createDriver(workRoot), options, 'import pyspark', {
        framework: 'PySpark',
        target: { pythonLocation: '/usr/bin/python3' },
      });
      await expect(run.stage()).rejects.toMatchObject({ code: 'spark-missing', blame: 'target' });
    });

    it('hands Spark settings to spark-submit', async () => {
      const submit = join(workRoot, 'spark-submit');
      const { writeFile } = await import('node:fs/promises');
      await writeFile(submit, '#!/bin/sh\nprintf "%s\\n" "$@" "$PYSPARK_PYTHON"\n', { mode: 0o755 });
      const java = join(workRoot, 'bin/java');
      execFileSync('mkdir', ['-p', join(workRoot, 'bin')]);
      await writeFile(java, '#!/bin/sh\n', { mode: 0o755 });
      const run = await BenchRun.prepare(
        createDriver(workRoot),
        options,
        { 'train.py': 'from lib import x', 'lib.py': 'from pyspark.sql import SparkSession' },
        {
          framework: 'PySpark',
          target: { sparkSubmitLocation: submit },
          environmentVariables: { JAVA_HOME: workRoot },
          arguments: ['--a', 'b c'],
          spark: {
            configuration: { 'spark.ui.enabled': 'false' },
            repositories: ['https://repo.example/m2'],
            packages: [{ group: 'g', artifact: 'a', version: '1' }],
          },
        },
      );
      await run.finish();
      expect((await run.text('stdout')).split('\n').slice(2, -1)).toEqual([
        '--conf',
        'spark.ui.enabled=false',
        '--repositories',
        'https://repo.example/m2',
        '--packages',
        'g:a:1',
        'train.py',
        '--a',
        'b c',
        python,
      ]);
    });

    it('checks the target', async () => {
      const driver = createDriver(workRoot);
      const context = { signal: new AbortController().signal, note: () => undefined };
      const { specification } = await BenchRun.prepare(driver, options, '');
      const facts = await driver.check(specification.target, context);
      expect(facts.map(({ name, verdict }) => [name, verdict])).toEqual([
        ['python', 'ok'],
        ['spark', 'ok'],
        ['work folder', 'ok'],
        ['free space', 'ok'],
      ]);
      const [wrong] = await driver.check({ ...specification.target, pythonLocation: '/nope' }, context);
      expect(wrong).toMatchObject({ verdict: 'failed', remedy: expect.any(String) as string });
    });

    it('takes no longer than 250 ms from the request to the first line', async () => {
      const times: number[] = [];
      for (let each = 0; each < 5; each += 1) {
        const run = await BenchRun.prepare(createDriver(workRoot), options, 'print("first", flush=True)');
        const begin = performance.now();
        await run.start();
        await run.until('the first line is there', ({ sizes }) => sizes.stdout > 0);
        times.push(performance.now() - begin);
        await run.ended();
      }
      expect(Math.min(...times)).toBeLessThan(250);
    });

    it('has a README that names every error it can give', async () => {
      const text = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
      for (const code of ['python-missing', 'spark-missing', 'java-missing', 'disk-full', 'launch-failed']) {
        expect(text).toContain(code);
      }
    });
  });
});
