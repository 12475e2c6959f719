import { connectDocker } from '@aml/docker-client';
import { BenchRun, pythonTestImage, type BenchOptions } from '@aml/testing';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACT_LIMITS, describeTargetDriver, RUNTIME } from '../target-driver.contract';
import { createTargetDrivers } from '../target-kinds';
import type { TargetDriver } from '../target-driver';

const engine = connectDocker({ env: process.env });

function createDriver(workRoot: string): TargetDriver {
  const drivers = createTargetDrivers({ workRoot, runtime: RUNTIME, engine, limits: CONTRACT_LIMITS });
  const driver = drivers.get('local-docker');
  if (!driver) throw new Error('there is no driver');
  return driver;
}

const options = async (): Promise<BenchOptions> => ({
  specification: { target: { name: 'docker', kind: 'local-docker' } },
  image: await pythonTestImage(engine),
});

describe('local-docker', () => {
  describeTargetDriver({ createDriver, options });

  describe('its own', () => {
    let workRoot: string;
    const runs: BenchRun[] = [];
    beforeAll(async () => void (workRoot = await mkdtemp(join(tmpdir(), 'aml-local-docker-'))));
    afterAll(async () => {
      for (const run of runs) await engine.containers.remove(run.handle.containerName ?? '');
      await rm(workRoot, { recursive: true, force: true });
    });

    async function aRun(
      files: Parameters<typeof BenchRun.prepare>[2],
      given: Parameters<typeof BenchRun.prepare>[3] = {},
    ): Promise<BenchRun> {
      const run = await BenchRun.prepare(createDriver(workRoot), await options(), files, given);
      runs.push(run);
      return run;
    }

    it('a script is the host user, without privileges, with a home and no container of its own to see', async () => {
      const run = await aRun(`
import os, pwd
status = open('/proc/self/status').read().splitlines()
print([line.split()[1] for line in status if line.startswith(('CapEff', 'NoNewPrivs'))])
print(os.getuid(), pwd.getpwuid(os.getuid()).pw_dir, os.environ['HOME'])
open('outputs/mine', 'w').close()
`);
      await run.finish();
      expect((await run.text('stdout')).split('\n')).toEqual([
        "['0000000000000000', '1']",
        `${process.getuid?.()} /azureml-run/home /azureml-run/home`,
        '',
      ]);
      expect((await run.driver.collect(run.handle, run.context)).files).toHaveLength(1);
    });

    it('a container has the limits of its target and our labels', async () => {
      const memoryBytes = 512 * 1024 ** 2;
      const run = await aRun('import time; time.sleep(600)', { target: { memoryBytes, cpus: 0.5 } });
      await run.start();
      const container = await engine.containers.inspect(run.handle.containerName ?? '');
      expect(container?.memoryBytes).toBe(memoryBytes);
      expect(container?.labels).toMatchObject({
        'aml.owner': 'aml',
        'aml.kind': 'run',
        'aml.run': run.specification.runId,
      });
      await run.driver.cancel(run.handle, run.context);
    });

    it('a script that needs more memory than its limit is said to have been killed for that', async () => {
      const run = await aRun('x = []\nwhile True: x.append(b"x" * 1000000)', {
        target: { memoryBytes: 64 * 1024 ** 2 },
      });
      const { exit } = await run.finish();
      expect(exit?.reason).toBe('outOfMemory');
      expect(exit?.message).toContain('64 MiB');
    });

    it('a container that is killed from outside leaves a run that is lost, with the evidence', async () => {
      const run = await aRun('import time; print("on", flush=True); time.sleep(600)');
      await run.start();
      await run.until('on', ({ sizes }) => sizes.stdout > 0);
      await engine.containers.signal(run.handle.containerName ?? '', 'SIGKILL');
      const seen = await run.ended();
      expect(seen).toMatchObject({ state: 'lost', exit: { reason: 'lost', verifiedGone: true } });
      expect(seen.evidence).toContain('killed from outside');
    });

    it('a container that is removed from outside leaves a run that is lost', async () => {
      const run = await aRun('import time; print("on", flush=True); time.sleep(600)');
      await run.start();
      await run.until('on', ({ sizes }) => sizes.stdout > 0);
      await engine.containers.remove(run.handle.containerName ?? '');
      expect(await run.ended()).toMatchObject({ state: 'lost', exit: { reason: 'lost' } });
    });

    it('an image without Python fails to start, and says so', async () => {
      const base = await engine.images.inspect('debian:bookworm-slim');
      const image = { reference: 'debian:bookworm-slim', id: base?.id ?? '' };
      const run = await BenchRun.prepare(createDriver(workRoot), { ...(await options()), image }, '');
      runs.push(run);
      const { exit } = await run.finish();
      expect(exit?.reason).toBe('startFailed');
      expect(exit?.message).toContain('There is no Python in the image');
    });

    it('a script that uses Spark where the image has none fails to start, and says so', async () => {
      const run = await aRun('import pyspark', { framework: 'PySpark' });
      const { exit } = await run.finish();
      expect(exit?.reason).toBe('startFailed');
      expect(exit?.message).toContain('the image has none');
    });

    it('an image that is gone is named, with how to make it again', async () => {
      const image = { reference: 'aml-env:gone', id: `sha256:${'0'.repeat(64)}` };
      const run = await BenchRun.prepare(createDriver(workRoot), { ...(await options()), image }, '');
      await expect(run.stage()).rejects.toMatchObject({ code: 'image-missing', blame: 'target' });
    });

    it('a shared folder without shared volumes is refused', async () => {
      const run = await aRun('', { target: { sharedVolumes: false, nativeSharedDirectory: '/data' } });
      await expect(run.stage()).rejects.toMatchObject({ code: 'shared-volumes-off', blame: 'user' });
      const without = await aRun('import os; print("AZUREML_NATIVE_SHARE_DIRECTORY" in os.environ)', {
        target: { sharedVolumes: false },
      });
      await without.finish();
      expect(await without.text('stdout')).toBe('False\n');
    });

    it('GPUs are refused where the engine has no NVIDIA runtime', async () => {
      const run = await aRun('', { target: { nvidiaDocker: true } });
      await expect(run.stage()).rejects.toMatchObject({ code: 'docker-gpu-unavailable', blame: 'target' });
    });

    it('the container of a recorded run is removed, and what was known of it is kept', async () => {
      const run = await aRun('print(1)');
      await run.finish();
      await run.driver.retire?.(run.handle, run.context);
      expect(await engine.containers.inspect(run.handle.containerName ?? '')).toBeUndefined();
      const kept = await readFile(join(run.handle.runFolder, 'control/container.json'), 'utf8');
      expect(JSON.parse(kept)).toMatchObject({ status: 'exited' });
      expect((await run.observe()).exit?.exitCode).toBe(0);
    });

    it('an engine that is away says nothing about a run', async () => {
      const run = await aRun('import time; time.sleep(600)');
      await run.start();
      const away = createTargetDrivers({
        workRoot,
        runtime: RUNTIME,
        engine: connectDocker({ host: 'unix:///nowhere/docker.sock' }),
      }).get('local-docker');
      await expect(away?.observe(run.handle, run.context)).rejects.toMatchObject({
        retryable: true,
        blame: 'target',
      });
      await run.driver.cancel(run.handle, run.context);
    });

    it('checks the target, and proves that the engine sees the run folder', async () => {
      const run = await aRun('');
      const target = { ...run.specification.target, baseDockerImage: 'aml-test-python:1' };
      const facts = await run.driver.check(target, run.context);
      expect(facts.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
      expect(facts.find(({ name }) => name === 'run folder')?.value).toContain('sees');
      const away = createTargetDrivers({
        workRoot,
        runtime: RUNTIME,
        engine: connectDocker({ host: 'unix:///nowhere/docker.sock' }),
      }).get('local-docker');
      const [fact] = (await away?.check(target, run.context)) ?? [];
      expect(fact).toMatchObject({ name: 'engine', verdict: 'failed', remedy: expect.any(String) as string });
    });
  });
});
