import { FakeDockerEngine } from '@aml/docker-client';
import { BenchRun, pysparkFolder, SPARK_SCRIPT } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RUNTIME } from '../target-driver.contract';
import { createTargetDrivers } from '../target-kinds';

const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)']).toString().trim();
let workRoot: string;
beforeAll(async () => void (workRoot = await mkdtemp(join(tmpdir(), 'aml-spark-'))));
afterAll(() => rm(workRoot, { recursive: true, force: true }));

it('runs a script on the pyspark of its Python, with its settings, arguments, metrics and outputs', async () => {
  const drivers = createTargetDrivers({ workRoot, runtime: RUNTIME, engine: new FakeDockerEngine() });
  const driver = drivers.get('local-python');
  if (!driver) throw new Error('there is no driver');
  const environment = { PATH: process.env['PATH'] ?? '', PYTHONPATH: await pysparkFolder(), HOME: workRoot };
  const specification = { client: { interpreter: { path: python, source: 'PATH' }, environment } };
  const run = await BenchRun.prepare(driver, { specification, image: null }, SPARK_SCRIPT, {
    framework: 'PySpark',
    // As old templates have it; there is no such program here.
    target: { sparkSubmitLocation: 'spark-submit' },
    arguments: ['--a', 'b "c" $d'],
    spark: { configuration: { 'spark.test.value': 'x y' }, repositories: [], packages: [] },
  });
  const { exit } = await run.finish(120);
  expect(exit?.exitCode).toBe(0);
  expect(await run.text('stdout')).toBe(`90 x y default ['--a', 'b "c" $d']\n`);
  expect(JSON.parse(await run.text('metrics'))).toMatchObject({ name: 'total', value: 90 });
  expect([...(await run.outputs()).files.keys()]).toEqual(['outputs/done']);
});
