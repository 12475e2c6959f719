import { expect, it } from 'vitest';
import { fakeTerminal } from '../output/fake-terminal';
import { askOnInterrupt } from './ask-on-interrupt';

async function answer(...keys: string[]): Promise<string> {
  const terminal = fakeTerminal({ isTerminal: true });
  let press: (key: string) => void = () => undefined;
  const asked = askOnInterrupt({
    terminal,
    onKey: (listener) => {
      press = listener;
      return () => undefined;
    },
  });
  keys.forEach((key) => press(key));
  const result = await asked;
  expect(terminal.printedErr()).toContain('Cancel the run, or leave it going? [c/l]');
  return result;
}

it('cancels on c, leaves on l, and asks on for keys that mean nothing', async () => {
  expect(await answer('c')).toBe('cancel');
  expect(await answer('L')).toBe('leave');
  expect(await answer('x', 'y', 'C')).toBe('cancel');
});

it('leaves the run going on a second Ctrl-C, on Enter and on Escape', async () => {
  for (const key of ['\u0003', '\r', '\u001b']) expect(await answer(key)).toBe('leave');
});
