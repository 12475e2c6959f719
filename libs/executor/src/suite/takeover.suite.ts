import { describe, expect, it } from 'vitest';
import type { ExecutorBench } from './executor-bench.fixture';

export function describeTakeover(bench: ExecutorBench): void {
  describe('taking over', () => {
    it('goes on from where the record is, and starts nothing', async () => {
      const first = bench.begin(bench.aWork());
      await bench.inState('Running');
      bench.driver.write('stdout', 'before\n');
      bench.driver.write('metrics', '{"n":1}\n');
      await bench.clock.until(
        'the output arrives',
        () => bench.record.logs.stdout.length > 0 && bench.record.metrics.length > 0,
      );
      bench.stop();
      await bench.ended(first);
      expect(first.end).toBe('stopped');
      expect(bench.record.outcome).toBeUndefined();
      bench.driver.write('stdout', 'between\n');
      bench.driver.write('metrics', '{"n":2}\n');
      const handle = bench.source.handles.at(-1) ?? null;
      const second = bench.begin(bench.aWork({ state: 'Running', handle, fence: 2 }));
      await bench.clock.until('the rest arrives', () =>
        bench.record.logs.stdout.toString().includes('between'),
      );
      bench.driver.end();
      await bench.ended(second);
      expect(bench.driver.starts).toBe(1);
      expect(bench.record.logs.stdout.toString()).toBe('before\nbetween\n');
      expect(bench.record.metrics).toEqual(['{"n":1}', '{"n":2}']);
      expect(bench.record.outcome?.status).toBe('Completed');
    });

    it('launches a run whose first executor died before it could', async () => {
      const work = bench.aWork({ state: 'Starting' });
      const handle = bench.driver.handleFor(work.specification);
      bench.record.state = 'Starting';
      const running = bench.begin({ ...work, handle });
      await bench.started();
      bench.driver.end();
      await bench.ended(running);
      expect(bench.driver.starts).toBe(1);
      expect(bench.record.outcome?.status).toBe('Completed');
    });

    it('stores no artifact twice', async () => {
      bench.driver.outputs = { 'outputs/a': '1', 'outputs/b': '2' };
      bench.record.artifacts.set('outputs/a', 'stored before');
      const running = bench.begin(bench.aWork());
      await bench.started();
      bench.driver.end();
      await bench.ended(running);
      expect([...bench.record.artifacts.values()]).toEqual(['stored before', '2']);
    });

    it('stops quietly when another executor has the run', async () => {
      const running = bench.begin(bench.aWork());
      await bench.inState('Running');
      bench.record.fence = 2;
      bench.source.fence = 2;
      bench.driver.write('stdout', 'not for us');
      await bench.ended(running);
      expect(running.end).toBe('lease-lost');
      expect(bench.record.logs.stdout.length).toBe(0);
      expect(bench.record.outcome).toBeUndefined();
    });

    it('notices by its renewals that another executor has a silent run', async () => {
      const running = bench.begin(bench.aWork());
      await bench.inState('Running');
      bench.source.fence = 2;
      await bench.ended(running);
      expect(running.end).toBe('lease-lost');
    });
  });
}
