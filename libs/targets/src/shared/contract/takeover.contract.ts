import { BenchRun } from '@aml/testing';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContractBench } from './contract-bench.fixture';

export function describeTakeover(bench: ContractBench): void {
  describe('a follower that is lost', () => {
    const script = `
import os, time
open(os.environ['AZUREML_NATIVE_SHARE_DIRECTORY'] + os.environ['AZUREML_RUN_ID'], 'a').write('x')
print('on', flush=True)
time.sleep(1)
print('off')
`;
    const given = (): Parameters<typeof BenchRun.prepare>[3] => ({
      target: { nativeSharedDirectory: join(bench.workRoot, 'starts') },
    });
    const starts = async (run: BenchRun): Promise<number> =>
      (await stat(join(bench.workRoot, 'starts/acc/ws/Iris', run.specification.runId))).size;

    it('in the middle of staging is replaced by one that stages anew', async () => {
      const run = await bench.run({ 'train.py': script, big: Buffer.alloc(20_000_000) }, given());
      const abort = new AbortController();
      const staging = run.driver.stage(run.handle, run.input, { ...run.context, signal: abort.signal });
      setTimeout(() => abort.abort(), 15);
      await staging.catch(() => undefined);
      bench.takeOver(run);
      await run.finish();
      expect(await run.text('stdout')).toBe('on\noff\n');
    });

    it('after staging, after the launch and after the end is replaced by another', async () => {
      const run = await bench.run(script, given());
      const { handle } = run;
      await run.stage();
      bench.takeOver(run);
      await run.launch();
      bench.takeOver(run);
      run.handle = handle; // the answer to the launch was lost with the follower
      expect((await run.until('on', ({ sizes }) => sizes.stdout > 0)).state).toBe('running');
      bench.takeOver(run);
      await run.launch();
      await run.ended();
      bench.takeOver(run);
      expect((await run.observe()).exit?.exitCode).toBe(0);
      expect(await run.text('stdout')).toBe('on\noff\n');
      expect(await starts(run)).toBe(1);
    });

    it('starts nothing twice, however many try at once', async () => {
      const run = await bench.run(script, given());
      const others = Array.from({ length: 4 }, () => bench.createDriver(bench.workRoot));
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
}
