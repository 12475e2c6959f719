import { expect, it } from 'vitest';
import { fakeTerminal } from './fake-terminal';
import { describeProgress, startProgress } from './progress-bar';

it('shows share, bytes, rate and time left', () => {
  const line = describeProgress('sending', 25e6, 100e6, 5, 80);
  expect(line).toMatch(/^sending \[=+ +\] 25% {2}25 MB of 100 MB {2}5\.0 MB\/s {2}15 s left$/);
  expect(line.length).toBeLessThan(80);
});

it('keeps the width of its bar while the numbers grow, and stays on one line', () => {
  const ends = [1e6, 50e6, 999e6].map((done) => describeProgress('sending', done, 1e9, 30, 100).indexOf(']'));
  expect(new Set(ends).size).toBe(1);
  expect(describeProgress('sending', 25e6, 100e6, 5, 20)).toHaveLength(19);
});

it('writes nothing where nobody looks, nor when it is soon over', () => {
  const pipe = fakeTerminal();
  startProgress(pipe, 'sending', 10).advance(5);
  expect(pipe.printedErr()).toBe('');
  const terminal = fakeTerminal({ isTerminal: true });
  let now = 0;
  const progress = startProgress(terminal, 'sending', 10, () => now);
  progress.advance(1);
  progress.finish();
  expect(terminal.printedErr()).toBe('');
  now = 1000;
  progress.advance(1);
  progress.finish();
  expect(terminal.printedErr()).toContain('20%');
  expect(terminal.printedErr().endsWith('\r\u001b[2K')).toBe(true);
});
