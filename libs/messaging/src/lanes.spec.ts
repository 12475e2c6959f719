import { TOPICS } from '@aml/contracts';
import { describe, expect, it } from 'vitest';
import { formatPosition, laneLock, laneOf, LANES, parsePositions } from './lanes';

describe('lanes', () => {
  it('of a key never change', () => {
    expect(['', 'Iris_1504832281116', 'ü'].map(laneOf)).toEqual([
      5,
      laneOf('Iris_1504832281116'),
      laneOf('ü'),
    ]);
    expect(
      Array.from({ length: 500 }, (_, index) => laneOf(`key ${index}`)).every((lane) => lane < LANES),
    ).toBe(true);
  });

  it('are used evenly', () => {
    const counts = Array.from({ length: LANES }, () => 0);
    for (let index = 0; index < 8_000; index++) {
      const lane = laneOf(`Iris_${1_504_832_281_116 + index}`);
      counts[lane] = (counts[lane] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(700);
  });

  it('have locks of their own', () => {
    const locks = TOPICS.flatMap((topic) => [...Array(LANES).keys()].map((lane) => laneLock(topic, lane)));
    expect(new Set(locks).size).toBe(locks.length);
  });

  it('and positions in them are read as they are written; what is none is left out', () => {
    const position = { topic: 'run', lane: 3, seq: 12_345_678_901_234n } as const;
    expect(parsePositions(`${formatPosition(position)}, nonsense,run/x/1,other/1/1`)).toEqual([position]);
    expect(parsePositions(undefined)).toEqual([]);
  });
});
