import { describe, expect, it } from 'vitest';
import type { ExecutorBench } from './executor-bench.fixture';

export function describeCancels(bench: ExecutorBench): void {
  describe('a cancel', () => {
    it('ends a running run, and is said only with proof', async () => {
      const running = bench.begin(bench.aWork());
      await bench.inState('Running');
      stopWatching();
      await bench.ended(running);
      expect(bench.states()).toContain('CancelRequested');
      expect(bench.record.outcome).toMatchObject({ status: 'Canceled', exit: { reason: 'canceled' } });
    });

    it('stays CancelRequested with what is left, and tries again until it is gone', async () => {
      let attempts = 0;
      bench.driver.onCancel = () => {
        attempts += 1;
        const gone = attempts >= 3;
        if (attempts === 1) {
          bench.driver.end({
            reason: 'canceled',
            exitCode: null,
            verifiedGone: false,
            survivors: ['process 77'],
          });
        }
        return {
          phase: gone ? 'verified-gone' : 'killed',
          evidence: 'looked',
          survivors: gone ? [] : ['process 77'],
        };
      };
      const running = bench.begin(bench.aWork());
      await bench.inState('Running');
      stopWatching();
      await bench.ended(running);
      expect(attempts).toBe(3);
      const reasons = bench.record.states
        .filter(({ to }) => to === 'CancelRequested')
        .map(({ why }) => why.reason);
      expect(reasons.at(-1)).toContain('process 77');
      expect(bench.record.outcome?.status).toBe('Canceled');
    });

    it('before anything was started leaves the target alone', async () => {
      const running = bench.begin(bench.aWork({ cancelRequested: true }));
      await bench.ended(running);
      expect([bench.driver.stages, bench.driver.cancels]).toEqual([[], 0]);
      expect(bench.record.outcome).toMatchObject({ status: 'Canceled', why: { evidence: 'never-started' } });
    });

    it('during staging does not wait for the end of it, and nothing is started', async () => {
      bench.driver.holdStage = new Promise(() => undefined);
      const running = bench.begin(bench.aWork());
      await bench.inState('Starting');
      stopWatching();
      await bench.ended(running);
      expect(bench.driver.starts).toBe(0);
      expect(bench.record.outcome?.status).toBe('Canceled');
    });

    it('that comes too late does not change how the script ended', async () => {
      bench.driver.onCancel = () => {
        bench.driver.end({ exitCode: 0 });
        return { phase: 'verified-gone', evidence: 'exit.json says exited with 0', survivors: [] };
      };
      const running = bench.begin(bench.aWork());
      await bench.inState('Running');
      stopWatching();
      await bench.ended(running);
      expect(bench.record.outcome?.status).toBe('Completed');
    });

    it('goes on for a run that was taken over while it was being canceled', async () => {
      const first = bench.begin(bench.aWork());
      await bench.inState('Running');
      bench.stop();
      await bench.ended(first);
      bench.record.state = 'CancelRequested';
      const handle = bench.source.handles.at(-1) ?? null;
      const second = bench.begin(
        bench.aWork({ state: 'CancelRequested', handle, fence: 2, cancelRequested: true }),
      );
      await bench.ended(second);
      expect(bench.record.outcome?.status).toBe('Canceled');
      expect(bench.driver.starts).toBe(1);
    });

    function stopWatching(): void {
      // The source is asked for any run of this test: they all are the one that runs.
      bench.source.renew = async () => ({ cancelRequested: true });
    }
  });
}
