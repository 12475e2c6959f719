import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContractBench } from './contract-bench.fixture';

export function describeAfterwards(bench: ContractBench): void {
  describe('afterwards', () => {
    it('only the run that is named is removed, even what it made unreadable', async () => {
      const keep = await bench.run('print(1)');
      await keep.finish();
      const run = await bench.run(
        'import os; os.makedirs("a/b"); open("a/b/c", "w").close(); os.chmod("a/b", 0)',
      );
      await run.finish();
      await run.driver.retire?.(run.handle, run.context);
      const { removed } = await run.driver.clean(run.handle, run.context);
      expect(removed).toContain(run.handle.runFolder);
      const left = await readdir(join(bench.workRoot, 'runs'));
      expect(left).toContain(keep.specification.runId);
      expect(left).not.toContain(run.specification.runId);
      expect((await run.driver.clean(run.handle, run.context)).removed).toEqual([]);
    });

    it('a run that is under way is not removed', async () => {
      const run = await bench.run('import time; print("on", flush=True); time.sleep(600)');
      await run.start();
      await run.until('on', ({ sizes }) => sizes.stdout > 0);
      await expect(run.driver.clean(run.handle, run.context)).rejects.toMatchObject({ code: 'run-active' });
      await run.driver.cancel(run.handle, run.context);
    });

    it('a run whose folder somebody removed is lost, not failed for a reason that nobody saw', async () => {
      const run = await bench.run('print(1)');
      await run.finish();
      await run.driver.retire?.(run.handle, run.context);
      await rm(run.handle.runFolder, { recursive: true });
      expect(await run.observe()).toMatchObject({ state: 'lost', exit: { reason: 'lost' } });
    });

    it('a diagnosis has the control files, and no value of a variable', async () => {
      const run = await bench.run('print(1)', { environmentVariables: { PASSWORD: 'hunter2-hunter2' } });
      await run.finish();
      const files = await run.driver.diagnose(run.handle, run.context);
      expect(files.map(({ path }) => path)).toEqual(
        expect.arrayContaining(['control/request.json', 'control/exit.json', 'machine.json']),
      );
      expect(Buffer.concat(files.map(({ content }) => content)).toString()).not.toContain('hunter2');
    });
  });
}
