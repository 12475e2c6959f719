import { describe, expect, it } from 'vitest';
import { formatAge, formatBytes, formatMetric, formatSeconds, parseDuration } from './humanize';

describe('numbers for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1_234_567, '1.2 MB'],
    [999_999, '1.0 MB'],
    [5e9, '5.0 GB'],
    [null, ''],
  ])('writes %s bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [0.42, '0.4 s'],
    [59.4, '59 s'],
    [185, '3 min 5 s'],
    [7800, '2 h 10 min'],
    [null, ''],
  ])('writes %s seconds as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it('reads the durations of records', () => {
    expect(parseDuration('1:02:03.5')).toBe(3723.5);
    expect(parseDuration(null)).toBeUndefined();
  });

  it('says how long ago, also for a clock that is behind', () => {
    const now = Date.parse('2026-01-31T12:00:00Z');
    expect(formatAge('2026-01-31T11:59:50Z', now)).toBe('just now');
    expect(formatAge('2026-01-31T09:00:00Z', now)).toBe('3 h ago');
    expect(formatAge('2026-01-30T11:00:00Z', now)).toBe('1 day ago');
    expect(formatAge('2025-11-30T11:00:00Z', now)).toBe('2025-11-30');
    expect(formatAge('2026-01-31T14:00:00Z', now)).toBe('2026-01-31 14:00');
  });

  it('shows the last value of a series, and what is not finite', () => {
    expect(formatMetric(0.123456789)).toBe('0.123457');
    expect(formatMetric([1, 2, 3])).toBe('3 (3 values)');
    expect(formatMetric({ $float: 'nan' })).toBe('nan');
  });
});
