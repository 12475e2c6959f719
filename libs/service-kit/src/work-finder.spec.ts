import { describe, expect, it } from 'vitest';
import { WorkFinder } from './work-finder';

/** A promise that is settled from outside. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a finder of work', () => {
  it('looks again after a look during which it was woken, once for all wakes', async () => {
    const first = gate();
    let looks = 0;
    const finder = new WorkFinder(
      () => (++looks === 1 ? first.passed : Promise.resolve()),
      () => undefined,
    );
    finder.wake();
    finder.wake();
    finder.wake();
    expect(looks).toBe(1);
    first.open();
    await settle();
    expect(looks).toBe(2);
  });

  it('has each piece of work in hand once, and calls when it is out of hand', async () => {
    const finder = new WorkFinder(
      () => Promise.resolve(),
      () => undefined,
    );
    const work = gate();
    const begun: string[] = [];
    const ended: number[] = [];
    const begin = (name: string): void =>
      finder.begin(
        'a',
        () => {
          begun.push(name);
          return work.passed;
        },
        () => ended.push(finder.busy),
      );
    begin('first');
    begin('second');
    expect(begun).toEqual(['first']);
    work.open();
    await settle();
    expect(ended).toEqual([0]);
    begin('third');
    expect(begun).toEqual(['first', 'third']);
  });

  it('tells why a look failed and goes on looking', async () => {
    const problems: unknown[] = [];
    let looks = 0;
    const finder = new WorkFinder(
      () => (++looks === 1 ? Promise.reject(new Error('away')) : Promise.resolve()),
      (problem) => problems.push(problem),
    );
    finder.wake();
    await settle();
    finder.wake();
    await settle();
    expect(problems).toEqual([new Error('away')]);
    expect(looks).toBe(2);
  });

  it('begins nothing once it is stopped, and waits for what is in hand', async () => {
    const finder = new WorkFinder(
      () => Promise.resolve(),
      () => undefined,
    );
    let broken = false;
    finder.begin(
      'a',
      () =>
        new Promise((resolve) =>
          finder.signal.addEventListener('abort', () => {
            broken = true;
            resolve();
          }),
        ),
    );
    await finder.stop();
    expect(broken).toBe(true);
    finder.begin('b', () => Promise.reject(new Error('begun')));
    expect(finder.busy).toBe(0);
  });
});
