import type { RunWork } from '../executor-ports';
import { aRunSpecification } from '@aml/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ExecutorBench } from './executor-bench.fixture';

export function describeSecrets(bench: ExecutorBench): void {
  describe('secret values', () => {
    const work = (): RunWork =>
      bench.aWork({ specification: aRunSpecification({ environmentVariables: { KEY: 'AzureMlSecret=1' } }) });
    beforeEach(() => (bench.source.secrets['AzureMlSecret=1'] = 's3cr3t-value'));

    it('are masked across every border, and counted', async () => {
      bench.driver.portion = 5;
      const running = bench.begin(work());
      await bench.started();
      bench.driver.write('stdout', 'key s3cr3t-value and czNjcjN0LXZhbHVl.\n');
      bench.driver.write('metrics', '{"name":"k","value":"s3cr3t-value"}\n');
      bench.driver.end();
      await bench.ended(running);
      expect(bench.record.logs.stdout.toString()).toBe('key ************ and ****************.\n');
      expect(bench.record.masked.stdout).toBe(2);
      expect(bench.record.metrics).toEqual(['{"name":"k","value":"************"}']);
    });

    it('are masked where one was cut in two by a change of executors', async () => {
      const first = bench.begin(work(), { chunkBytes: 6 });
      await bench.started();
      bench.driver.write('stdout', 'ab s3cr3t-value cd');
      await bench.clock.until('a part arrives', () => bench.record.logs.stdout.length >= 6);
      bench.stop();
      await bench.ended(first);
      bench.record.logs.stdout = bench.record.logs.stdout.subarray(0, 6); // as if the rest had not been safe
      const second = bench.begin({
        ...work(),
        state: 'Running',
        handle: bench.source.handles.at(-1) ?? null,
        fence: 2,
      });
      bench.driver.end();
      await bench.ended(second);
      expect(bench.record.logs.stdout.toString()).toBe('ab ************ cd');
    });
  });
}
