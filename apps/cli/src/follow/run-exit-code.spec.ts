import { expect, it } from 'vitest';
import { runExitCode } from './run-exit-code';

const error = (blame: 'user' | 'target' | 'us', code: string) => ({
  blame,
  code,
  message: '',
  retryable: false,
});

it.each([
  ['Completed', 0, null, 0],
  ['Failed', 3, error('user', 'script-failed'), 1],
  ['Failed', null, error('user', 'time-limit-reached'), 1],
  ['Failed', null, error('target', 'engine-away'), 3],
  ['Failed', null, error('target', 'environment-unsolvable'), 3],
  ['Failed', null, error('user', 'environment-not-prepared'), 2],
  ['Failed', null, error('us', 'internal'), 5],
  ['Failed', 1, null, 1],
  ['Canceled', null, null, 1],
] as const)('a run that ends %s with code %s and %o exits with %i', (status, exitCode, failure, expected) => {
  expect(runExitCode({ status, exitCode, error: failure })).toBe(expected);
});
