import { describe, expect, it } from 'vitest';
import type { ContractBench } from './contract-bench.fixture';

export function describeOutput(bench: ContractBench): void {
  describe('output', () => {
    it('is byte for byte what the script wrote', async () => {
      const run = await bench.run(`
import os
os.write(1, bytes(range(256)) * 4 + b'\\xff\\xfe \\r 10%\\r 100%\\r no newline at the end')
os.write(2, b'\\x00\\xc3(')
`);
      await run.finish();
      const every = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
      const rest = Buffer.from('\xff\xfe \r 10%\r 100%\r no newline at the end', 'latin1');
      expect(await run.bytes('stdout')).toEqual(Buffer.concat([every, rest]));
      expect(await run.bytes('stderr')).toEqual(Buffer.from([0x00, 0xc3, 0x28]));
    });

    it('may be 100 MB, in lines of 10 MB', async () => {
      const run = await bench.run(`
import sys
for letter in 'abcdefghij':
    sys.stdout.write(letter * (10 * 1000 * 1000 - 1) + '\\n')
`);
      expect((await run.finish()).sizes.stdout).toBe(100_000_000);
      const output = await run.bytes('stdout', 4 * 1024 * 1024);
      expect(output.length).toBe(100_000_000);
      expect(output.subarray(-3).toString()).toBe('jj\n');
      expect(output.indexOf('b')).toBe(10_000_000);
    });

    it('reaches a reader who waits within 30 ms', async () => {
      const run = await bench.run(`
import os, time
time.sleep(0.5)
for each in range(40):
    os.write(1, b'%r\\n' % time.time())
    time.sleep(0.02)
`);
      await run.start();
      const delays: number[] = [];
      let seen = await run.until('running', ({ state }) => state === 'running');
      for (let offset = 0; delays.length < 40;) {
        await run.driver.waitForChange(
          run.handle,
          { ...seen, sizes: { ...seen.sizes, stdout: offset } },
          1000,
          run.context,
        );
        const chunk = await run.driver.read(run.handle, 'stdout', offset, 65_536, run.context);
        const now = Date.now() / 1000;
        offset += chunk.length;
        for (const line of chunk.toString().split('\n').filter(Boolean))
          delays.push((now - Number(line)) * 1000);
        seen = { ...seen, sizes: { ...seen.sizes, stdout: offset } };
      }
      delays.sort((a, b) => a - b);
      expect(delays[Math.floor(delays.length * 0.5)]).toBeLessThan(30);
    });

    it('is empty before the start, and beyond its end', async () => {
      const run = await bench.run('print("x")');
      expect((await run.bytes('stdout')).length).toBe(0);
      await run.finish();
      expect((await run.driver.read(run.handle, 'stdout', 100, 10, run.context)).length).toBe(0);
    });
  });
}
