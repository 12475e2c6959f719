import { AppError } from '@aml/errors';
import { aRunSpecification } from '@aml/testing';
import { describe, expect, it } from 'vitest';
import type { ExecutorBench } from './executor-bench.fixture';

export function describeFailures(bench: ExecutorBench): void {
  describe('a run that fails', () => {
    it.each([
      ['a script that failed', { exitCode: 3 }, 'script-failed', 'exit code 3', 'user'],
      ['a crash', { exitCode: null, signal: 'SIGSEGV' }, 'script-failed', 'SIGSEGV', 'user'],
      ['the time limit', { reason: 'timeLimit', exitCode: null }, 'time-limit', 'time limit', 'user'],
      ['a shutdown', { reason: 'terminated', exitCode: null }, 'run-terminated', 'outside', 'target'],
      [
        'a program that is not there',
        { reason: 'startFailed', exitCode: null, message: 'no python' },
        'start-failed',
        'no python',
        'target',
      ],
      [
        'want of memory',
        { reason: 'outOfMemory', exitCode: null, message: 'limit 1 GiB' },
        'out-of-memory',
        'limit 1 GiB',
        'target',
      ],
      ['a lost process', { reason: 'lost', exitCode: null, message: 'gone' }, 'run-lost', 'gone', 'target'],
    ] as const)('says so: %s', async (_name, exit, code, text, blame) => {
      const running = bench.begin(bench.aWork());
      await bench.started();
      bench.driver.end(exit);
      await bench.ended(running);
      expect(bench.record.outcome).toMatchObject({ status: 'Failed', error: { code, blame } });
      expect(bench.record.outcome?.why.reason).toContain(text);
    });

    it('is blamed on the disk when the script says that it is full', async () => {
      const running = bench.begin(bench.aWork());
      await bench.started();
      bench.driver.write('stderr', 'OSError: [Errno 28] No space left on device\n');
      bench.driver.end({ exitCode: 1 });
      await bench.ended(running);
      expect(bench.record.outcome?.error).toMatchObject({ code: 'disk-full', blame: 'target' });
    });

    it('still has its outputs collected, and says what was refused', async () => {
      bench.driver.outputs = {
        'outputs/a': '1',
        'outputs/b': new AppError({ code: 'host-failed', message: 'permission denied', blame: 'target' }),
      };
      bench.driver.refused = ['outputs/link: leads outside'];
      const running = bench.begin(bench.aWork());
      await bench.started();
      bench.driver.end({ exitCode: 1, leftovers: [{ pid: 5, command: 'worker' }] });
      await bench.ended(running);
      expect([...bench.record.artifacts.keys()]).toEqual(['outputs/a']);
      const warnings = bench.record.outcome?.warnings.join('\n');
      expect(warnings).toContain('outputs/link: leads outside');
      expect(warnings).toContain('outputs/b: permission denied');
      expect(warnings).toContain('5 (worker)');
    });

    it('fails where nothing could be staged, and nothing is started', async () => {
      bench.driver.stageError = new AppError({
        code: 'disk-full',
        message: 'the disk is full',
        blame: 'target',
      });
      const running = bench.begin(bench.aWork());
      await bench.ended(running);
      expect(bench.driver.starts).toBe(0);
      expect(bench.record.outcome).toMatchObject({ status: 'Failed', error: { code: 'disk-full' } });
      expect(bench.record.outcome?.why.evidence).toBe('never-started');
    });

    it('fails before anything is started when a secret is not known', async () => {
      const specification = aRunSpecification({ environmentVariables: { KEY: 'AzureMlSecret=1' } });
      const running = bench.begin(bench.aWork({ specification }));
      await bench.ended(running);
      expect(bench.driver.stages).toEqual([]);
      expect(bench.record.outcome?.error).toMatchObject({ code: 'secret-unknown', blame: 'user' });
    });
  });
}
