import { describe, expect, it } from 'vitest';
import { readAhead } from './read-ahead';

/** Work that ends when the test says so. */
class Doors {
  readonly opened: number[] = [];
  private readonly ends = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();

  enter(item: number): Promise<string> {
    this.opened.push(item);
    return new Promise((resolve, reject) => {
      this.ends.set(item, { resolve: () => resolve(`result ${item}`), reject });
    });
  }

  end(...items: number[]): void {
    for (const item of items) this.ends.get(item)?.resolve();
  }

  fail(item: number): void {
    this.ends.get(item)?.reject(new Error(`${item} failed`));
  }
}

describe('reading ahead', () => {
  it('gives the results in order, however the work ends', async () => {
    const doors = new Doors();
    const results = readAhead([1, 2, 3], 3, (item) => doors.enter(item));
    const first = results.next();
    doors.end(3, 1, 2);
    const all = [(await first).value];
    for await (const result of results) all.push(result);
    expect(all).toEqual(['result 1', 'result 2', 'result 3']);
  });

  it('has no more under way than it may, and nothing new while nobody takes a result', async () => {
    const doors = new Doors();
    const results = readAhead([1, 2, 3, 4, 5], 2, (item) => doors.enter(item));
    const first = results.next();
    doors.end(1, 2);
    await first;
    expect(doors.opened).toEqual([1, 2]);
    await Promise.all([results.next(), Promise.resolve()]);
    expect(doors.opened).toEqual([1, 2, 3]);
  });

  it('tells of a failure when its turn comes', async () => {
    const doors = new Doors();
    const results = readAhead([1, 2, 3], 3, (item) => doors.enter(item));
    const first = results.next();
    doors.fail(2);
    doors.end(1, 3);
    expect((await first).value).toBe('result 1');
    await expect(results.next()).rejects.toThrow('2 failed');
  });
});
