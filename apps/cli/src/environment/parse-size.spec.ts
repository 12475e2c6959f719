import { expect, it } from 'vitest';
import { parseSize } from './parse-size';

it.each([
  ['500MB', 5e8],
  ['10GB', 1e10],
  ['1.5 GiB', 1_610_612_736],
  ['0', 0],
])('reads %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

it.each(['', 'GB', '-1GB', '1XB'])('refuses `%s`', (text) =>
  expect(() => parseSize(text)).toThrow('is not a size'),
);
