import { aRunSpecification } from '@aml/testing';
import { describe, expect, it } from 'vitest';
import type { ExecutorBench } from './executor-bench.fixture';

export function describeGoodRuns(bench: ExecutorBench): void {
  describe('a run that goes well', () => {
    it('is staged, launched, followed, and completed with everything it wrote', async () => {
      bench.driver.outputs = { 'outputs/model.pkl': 'weights' };
      const running = bench.begin(bench.aWork());
      await bench.started();
      bench.driver.write('stdout', 'epoch 1\n');
      bench.driver.write('stderr', Buffer.from([0xff, 0x00, 0x0d]));
      bench.driver.write('metrics', '{"name":"a","value":1}\n{"name":"a","value":2}\n');
      await bench.clock.until('the line arrives', () => bench.record.logs.stdout.toString() === 'epoch 1\n');
      bench.driver.write('stdout', 'no newline');
      bench.driver.end();
      await bench.ended(running);
      expect(running).toEqual({ end: 'finished', error: undefined });
      expect(bench.driver.stages).toEqual(['the snapshot']);
      expect(bench.states()).toEqual(['Starting', 'Running', 'Finalizing']);
      expect(bench.record.outcome).toMatchObject({ status: 'Completed', error: null, exit: { exitCode: 0 } });
      expect(bench.record.logs.stdout.toString()).toBe('epoch 1\nno newline');
      expect(bench.record.logs.stderr).toEqual(Buffer.from([0xff, 0x00, 0x0d]));
      expect(bench.record.metrics).toEqual(['{"name":"a","value":1}', '{"name":"a","value":2}']);
      expect([...bench.record.artifacts]).toEqual([['outputs/model.pkl', 'weights']]);
      expect(bench.driver.retired).toBe(1);
    });

    it('has its handle stored before the launch is attempted, and completed after it', async () => {
      const running = bench.begin(bench.aWork());
      await bench.started();
      bench.driver.end();
      await bench.ended(running);
      expect(bench.source.handles.map(({ launched }) => launched?.supervisorPid)).toEqual([undefined, 4711]);
    });

    it('keeps no metrics and no outputs when it is not tracked', async () => {
      bench.driver.outputs = { 'outputs/model.pkl': 'weights' };
      const running = bench.begin(bench.aWork({ specification: aRunSpecification({ tracked: false }) }));
      await bench.started();
      bench.driver.write('metrics', '{"name":"a"}\n');
      bench.driver.write('stdout', 'x');
      bench.driver.end();
      await bench.ended(running);
      expect([bench.record.metrics, [...bench.record.artifacts]]).toEqual([[], []]);
      expect(bench.record.logs.stdout.toString()).toBe('x');
    });

    it('sends a big log in chunks, however it is read', async () => {
      const big = Buffer.alloc(1_000_000, 'abcdefghij');
      bench.driver.portion = 300_000;
      const running = bench.begin(bench.aWork());
      await bench.started();
      bench.driver.write('stdout', big);
      bench.driver.end();
      await bench.ended(running);
      expect(bench.record.logs.stdout.equals(big)).toBe(true);
      expect(bench.record.largestChunk).toBeLessThanOrEqual(256 * 1024);
    });

    it('keeps the end of the last metric only when it is whole', async () => {
      const running = bench.begin(bench.aWork());
      await bench.started();
      bench.driver.write('metrics', '{"name":"a"}\n{"name":"b"');
      await bench.clock.until('the whole line arrives', () => bench.record.metrics.length === 1);
      bench.driver.write('metrics', '}');
      bench.driver.end();
      await bench.ended(running);
      expect(bench.record.metrics).toEqual(['{"name":"a"}', '{"name":"b"}']);
    });
  });
}
