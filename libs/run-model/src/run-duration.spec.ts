import { expect, it } from 'vitest';
import { formatDuration } from './run-duration';

it('writes a duration as the old service did', () => {
  expect(formatDuration(3_723_004.005)).toBe('1:02:03.004005');
  expect(formatDuration(100 * 3_600_000)).toBe('100:00:00.000000');
});

it('counts a span that a clock jump made negative as zero', () => {
  expect(formatDuration(-5)).toBe('0:00:00.000000');
});
