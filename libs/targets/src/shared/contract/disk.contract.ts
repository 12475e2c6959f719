import { BenchRun } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContractBench } from './contract-bench.fixture';

const IS_ROOT = process.getuid?.() === 0;

export function describeFullDisk(bench: ContractBench): void {
  describe('a full disk', () => {
    const small = (): string => join(bench.workRoot, 'small');

    it.runIf(IS_ROOT)(
      'is said while staging, and shows in the script, whose end is recorded all the same',
      async () => {
        execFileSync('mkdir', ['-p', small()]);
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small()]);
        try {
          const driver = bench.createDriver(small());
          const big = await BenchRun.prepare(driver, bench.options, {
            'train.py': '',
            big: Buffer.alloc(8_000_000),
          });
          await expect(big.stage()).rejects.toMatchObject({ code: 'disk-full', blame: 'target' });
          await driver.clean(big.handle, big.context);
          const run = await BenchRun.prepare(driver, bench.options, 'while True: print("x" * 100000)');
          const { exit } = await run.finish();
          expect(exit?.exitCode).not.toBe(0);
          await driver.clean(run.handle, run.context);
        } finally {
          execFileSync('umount', ['-l', small()]);
        }
      },
    );
  });
}
