import { expect, it } from 'vitest';
import { readTime } from './read-time';

const now = Date.parse('2026-01-31T12:00:00Z');

it('reads spans before now, dates and times', () => {
  expect(readTime('2h', now)).toBe('2026-01-31T10:00:00.000Z');
  expect(readTime('1.5d', now)).toBe('2026-01-30T00:00:00.000Z');
  expect(readTime('2026-01-31T06:00:00Z', now)).toBe('2026-01-31T06:00:00.000Z');
  expect(readTime('2026-01-30', now)).toBe(new Date('2026-01-30T00:00').toISOString());
});

it.each(['', 'yesterday', '5', '2026-13-01', '99999999999999w'])('refuses `%s`', (text) => {
  expect(() => readTime(text, now)).toThrow('is not a time');
});
