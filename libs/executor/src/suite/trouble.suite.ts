import { AppError } from '@aml/errors';
import { describe, expect, it } from 'vitest';
import type { ExecutorBench } from './executor-bench.fixture';

export function describeTrouble(bench: ExecutorBench): void {
  describe('trouble on the way', () => {
    it('asks again for a snapshot that broke off', async () => {
      bench.source.interruptions = 2;
      const running = bench.begin(bench.aWork());
      await bench.started();
      bench.driver.end();
      await bench.ended(running);
      expect(bench.driver.stages).toEqual(['the snapshot']);
      expect(bench.record.outcome?.status).toBe('Completed');
    });

    it('starts nothing twice when the answer to a launch is lost', async () => {
      bench.driver.loseLaunchAnswer = true;
      const running = bench.begin(bench.aWork());
      await bench.started();
      bench.driver.end();
      await bench.ended(running);
      expect(bench.driver.starts).toBe(1);
      expect(bench.record.outcome?.status).toBe('Completed');
    });

    it('shows a target out of reach as NotResponding with when it was seen, and goes on when it is back', async () => {
      const running = bench.begin(bench.aWork());
      await bench.inState('Running');
      bench.driver.unreachable = true;
      await bench.inState('NotResponding');
      const { why } = bench.record.states.at(-1) ?? {};
      expect(why?.reason).toContain('no route to host');
      expect(why?.lastSeen).toMatch(/^2024-01-01T00:00:/);
      bench.driver.write('stdout', 'written meanwhile');
      bench.driver.unreachable = false;
      await bench.inState('Running');
      bench.driver.end();
      await bench.ended(running);
      expect(bench.record.logs.stdout.toString()).toBe('written meanwhile');
      expect(bench.record.outcome?.status).toBe('Completed');
    });

    it('gives a target up after the patience setting, and names what is unknown', async () => {
      const running = bench.begin(bench.aWork(), { patienceMs: 60_000 });
      await bench.inState('Running');
      bench.driver.write('stdout', 'seen');
      await bench.clock.until('the output arrives', () => bench.record.logs.stdout.length === 4);
      bench.driver.unreachable = true;
      await bench.ended(running);
      expect(bench.record.outcome).toMatchObject({
        status: 'Failed',
        error: { code: 'target-not-responding' },
      });
      expect(bench.record.outcome?.warnings.join()).toContain('after byte 4 of stdout');
    });

    it('stays Finalizing while the record is away, then completes it without a gap', async () => {
      const running = bench.begin(bench.aWork());
      await bench.inState('Running');
      bench.driver.write('stdout', 'one\n');
      await bench.clock.until('the output arrives', () => bench.record.logs.stdout.length === 4);
      bench.record.away = true;
      bench.driver.write('stdout', 'two\n');
      bench.driver.end();
      await bench.clock.advance(120_000);
      expect(running.end).toBeUndefined();
      bench.record.away = false;
      await bench.ended(running);
      expect(bench.record.logs.stdout.toString()).toBe('one\ntwo\n');
      expect(bench.record.outcome?.status).toBe('Completed');
    });

    it('repeats a report whose answer was lost, without doubling anything', async () => {
      const running = bench.begin(bench.aWork());
      await bench.inState('Running');
      bench.record.loseAnswer = true;
      bench.driver.write('stdout', 'once\n');
      await bench.clock.until('the output arrives', () => bench.record.logs.stdout.length > 0);
      bench.record.loseAnswer = true;
      bench.driver.write('metrics', '{"name":"a"}\n');
      bench.driver.end();
      await bench.ended(running);
      expect(bench.record.logs.stdout.toString()).toBe('once\n');
      expect(bench.record.metrics).toEqual(['{"name":"a"}']);
    });

    it('leaves out an artifact that the record refuses for good', async () => {
      bench.driver.outputs = { 'outputs/huge': 'x' };
      bench.record.refuseArtifacts = new AppError({
        code: 'artifact-too-large',
        message: 'too large',
        blame: 'user',
      });
      const running = bench.begin(bench.aWork());
      await bench.started();
      bench.driver.end();
      await bench.ended(running);
      expect(bench.record.outcome).toMatchObject({ status: 'Completed' });
      expect(bench.record.outcome?.warnings).toEqual(['not collected: outputs/huge: too large']);
    });
  });
}
