import { describe, expect, it } from 'vitest';
import type { ContractBench } from './contract-bench.fixture';

export function describeEndings(bench: ContractBench): void {
  describe('the end of a script', () => {
    it.each([0, 1, 3, 255])('has its exit code %i', async (code) => {
      const run = await bench.run(`import os; os._exit(${code})`);
      const { exit, state } = await run.finish();
      expect(state).toBe('ended');
      expect(exit).toMatchObject({ reason: 'exited', exitCode: code, signal: null, verifiedGone: true });
    });

    it('has the signal that ended it', async () => {
      const run = await bench.run('import os; os.kill(os.getpid(), 11)');
      expect((await run.finish()).exit).toMatchObject({
        reason: 'exited',
        exitCode: null,
        signal: 'SIGSEGV',
      });
    });

    it('is that of Python where the script is missing, is a folder or is empty', async () => {
      const missing = await bench.run({ 'other.py': '' });
      expect((await missing.finish()).exit?.exitCode).toBe(2);
      expect(await missing.text('stderr')).toContain('train.py');
      const folder = await bench.run({ 'train.py/x': '' });
      expect((await folder.finish()).exit?.exitCode).toBe(1);
      const empty = await bench.run({ 'train.py': '' });
      expect((await empty.finish()).exit?.exitCode).toBe(0);
    });

    it('comes with processes that outlived it, which are ended, wherever they hid', async () => {
      const run = await bench.run(
        'import subprocess; subprocess.Popen(["sleep", "987"], start_new_session=True); print("done", flush=True)',
      );
      const { exit } = await run.finish();
      expect(exit).toMatchObject({ exitCode: 0, verifiedGone: true });
      expect(exit?.leftovers.map(({ command }) => command)).toEqual(['sleep 987']);
    });

    it('is brought by the time limit', async () => {
      const run = await bench.run('import time; print("on", flush=True); time.sleep(600)', {
        timeLimitSeconds: 1,
      });
      const { exit } = await run.finish();
      expect(exit).toMatchObject({ reason: 'timeLimit', verifiedGone: true });
      expect(exit?.durationSeconds).toBeLessThan(10);
    });
  });
}
