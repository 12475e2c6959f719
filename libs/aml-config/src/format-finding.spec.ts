import { describe, expect, it } from 'vitest';
import { type Finding, FindingList, quoted } from './finding';
import { formatFinding } from './format-finding';
import { closest, listed } from './suggest';

const FINDING: Finding = {
  severity: 'error',
  code: 'some-code',
  message: 'wrong',
  file: 'f',
  line: 2,
  column: 3,
};

describe('formatFinding', () => {
  it('shows place, line, caret, corrected text and next step', () => {
    expect(formatFinding({ ...FINDING, fix: 'a: 1\nb: 2', hint: 'Do it.' }, 'x\na\tb\n')).toBe(
      [
        'f:2:3: error: wrong [some-code]',
        '   2 | a b',
        '     |   ^',
        '  write:',
        '    a: 1',
        '    b: 2',
        '  Do it.',
      ].join('\n'),
    );
    expect(formatFinding(FINDING)).toBe('f:2:3: error: wrong [some-code]');
  });

  it('cuts long lines around the place', () => {
    const shown = formatFinding(
      { ...FINDING, line: 1, column: 5001 },
      `${'x'.repeat(5000)}Y${'z'.repeat(5000)}`,
    ).split('\n');
    expect(shown[1]?.length).toBeLessThan(130);
    expect(shown[1]?.[shown[2]?.indexOf('^') ?? 0]).toBe('Y');
  });

  it('shows no control character of a file', () => {
    const list = new FindingList();
    list.error(
      'f\u001b[2J',
      { line: 1, column: 1 },
      { code: 'c', message: quoted('\u001b]0;x\u0007'), fix: 'a\u001b: 1' },
    );
    const [finding] = list.all;
    expect(formatFinding(finding ?? FINDING, '\u001b[31m x\u202e')).not.toMatch(/[\u001b\u0007\u202e]/);
  });
});

describe('suggestions', () => {
  it('find what was meant and nothing far-fetched', () => {
    expect(closest('dokcer', ['local', 'docker'])).toBe('docker');
    expect(closest('Docker', ['local', 'docker'])).toBe('docker');
    expect(closest('vm', ['docker', 'cluster'])).toBeUndefined();
    expect(closest('x'.repeat(10_000), ['x'])).toBeUndefined();
  });

  it('list names as a sentence does', () => {
    expect([listed([]), listed(['a']), listed(['b', 'a']), listed(['c', 'b', 'a'])]).toEqual([
      '',
      '`a`',
      '`a` and `b`',
      '`a`, `b` and `c`',
    ]);
    expect(listed(Array.from({ length: 25 }, (_, index) => `n${String(index)}`))).toMatch(/and 5 more$/);
  });
});
