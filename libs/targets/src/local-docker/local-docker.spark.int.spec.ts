import { connectDocker } from '@aml/docker-client';
import { BenchRun, pysparkTestImage, SPARK_SCRIPT } from '@aml/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RUNTIME } from '../target-driver.contract';
import { createTargetDrivers } from '../target-kinds';

const engine = connectDocker({ env: process.env });
let workRoot: string;
beforeAll(async () => void (workRoot = await mkdtemp(join(tmpdir(), 'aml-spark-'))));
afterAll(() => rm(workRoot, { recursive: true, force: true }));

it('runs a script on the Spark of its image, its driver fitted to the memory of the container', async () => {
  const driver = createTargetDrivers({ workRoot, runtime: RUNTIME, engine }).get('local-docker');
  if (!driver) throw new Error('there is no driver');
  const image = await pysparkTestImage(engine);
  const specification = {
    target: { name: 'docker', kind: 'local-docker' as const, memoryBytes: 1024 ** 3 },
  };
  const run = await BenchRun.prepare(driver, { specification, image }, SPARK_SCRIPT, {
    framework: 'PySpark',
    arguments: ['--a', 'b "c" $d'],
    spark: { configuration: { 'spark.test.value': 'x y' }, repositories: [], packages: [] },
  });
  try {
    const { exit } = await run.finish(180);
    expect([exit?.exitCode, exit?.message]).toEqual([0, undefined]);
    expect(await run.text('stdout')).toBe(`90 x y 614m ['--a', 'b "c" $d']\n`);
    expect(JSON.parse(await run.text('metrics'))).toMatchObject({ name: 'total', value: 90 });
    expect([...(await run.outputs()).files.keys()]).toEqual(['outputs/done']);
  } finally {
    await run.driver.clean(run.handle, run.context).catch(() => undefined);
  }
});
