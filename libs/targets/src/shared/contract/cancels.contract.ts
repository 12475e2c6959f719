import { BenchRun } from '@aml/testing';
import { describe, expect, it } from 'vitest';
import type { ContractBench } from './contract-bench.fixture';

export function describeCancels(bench: ContractBench): void {
  describe('a cancel', () => {
    const sleeper = 'import time; print("on", flush=True); time.sleep(600)';
    const ended = async (run: BenchRun): Promise<void> => {
      const { phase, survivors } = await run.driver.cancel(run.handle, run.context);
      expect([phase, survivors]).toEqual(['verified-gone', []]);
    };

    it('before anything is there keeps the run from ever starting', async () => {
      const run = await bench.run(sleeper);
      await ended(run);
      await run.start().catch(() => undefined);
      const { exit } = await run.ended(10);
      expect(exit).toMatchObject({ reason: 'canceled', startedAt: null });
      expect((await run.bytes('stdout')).length).toBe(0);
    });

    it('between stage and launch keeps the run from ever starting', async () => {
      const run = await bench.run(sleeper);
      await run.stage();
      await ended(run);
      await run.launch().catch(() => undefined);
      expect((await run.ended(10)).exit?.reason).toBe('canceled');
      expect((await run.bytes('stdout')).length).toBe(0);
    });

    it('at the moment of the launch ends it, and nothing is left', async () => {
      const run = await bench.run(sleeper);
      await run.stage();
      await Promise.all([run.launch(), ended(run)]);
      expect((await run.ended(10)).exit?.reason).toBe('canceled');
    });

    it('ends a script that wants to save its work, and lets it', async () => {
      const run = await bench.run(`
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
      const run = await bench.run(`
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
      const run = await bench.run('raise SystemExit(7)');
      await run.finish();
      await ended(run);
      expect((await run.observe()).exit).toMatchObject({ reason: 'exited', exitCode: 7 });
    });
  });
}
