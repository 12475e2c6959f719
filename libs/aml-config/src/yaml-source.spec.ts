import { describe, expect, it } from 'vitest';
import { FindingList } from './finding';
import { SourceText } from './source-text';
import { codes, DOCKER, read } from './testing.fixture';
import { plainValue } from './yaml-node';
import { parseYaml } from './yaml-source';

function parse(text: string): { value: unknown; codes: readonly string[] } {
  const findings = new FindingList();
  const { root } = parseYaml(new SourceText('f', text), findings);
  return { value: root === undefined ? undefined : plainValue(root), codes: codes(findings.all) };
}

describe('parseYaml', () => {
  it('reads what YAML 1.2 says of plain text, and keeps quoted text as text', () => {
    expect(parse('a: 1\nb: "1"\nc: True\nd: yes\ne: ~\nf:\ng: 1.5\nh: 0x10\n').value).toEqual({
      ...{ a: 1, b: '1', c: true, d: 'yes', e: null, f: null, g: 1.5, h: '0x10' },
    });
  });

  it('resolves aliases and merges', () => {
    expect(parse('base: &b {x: 1, y: 2}\nother:\n  <<: *b\n  y: 3\nlist: [*b]\n').value).toEqual({
      ...{ base: { x: 1, y: 2 }, other: { x: 1, y: 3 }, list: [{ x: 1, y: 2 }] },
    });
  });

  it('ends an alias bomb as a finding, quickly', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `l${String(level)}: &l${String(level)} [${`${level === 0 ? 'x' : `*l${String(level - 1)}`},`.repeat(12)}]`,
    );
    const started = performance.now();
    expect(parse(levels.join('\n')).codes).toEqual(['error yaml-too-complex']);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('refuses an alias that contains itself and a chain of aliases without end', () => {
    expect(parse('a: &a [*a]\n').codes).toEqual(['error yaml-alias']);
    const chain = Array.from(
      { length: 500 },
      (_, n) => `a${String(n)}: &a${String(n)} [${n === 0 ? 'x' : `*a${String(n - 1)}`}]`,
    );
    expect(parse(chain.join('\n')).codes).toEqual(['error yaml-too-complex']);
  });

  it.each([
    '[',
    '{',
    '- ',
    '? ',
    'a: ',
    '- - a: ',
    '[{a: ',
    '&a ',
    '*a ',
    '!t ',
    '"',
    "'",
    '\t',
    '%',
    '|',
    '...\n',
    '---\n',
    ',',
    ']',
    '}',
    ': ',
    '<<: *a\n',
    'a: |\n',
  ])('survives 30,000 characters of %j', (piece) => {
    const started = performance.now();
    parse(piece.repeat(Math.ceil(30_000 / piece.length)));
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('reads the first of several documents and says so', () => {
    expect(parse('a: 1\n---\nb: 2\n')).toEqual({ value: { a: 1 }, codes: ['warning yaml-second-document'] });
  });

  it('reads a tagged value as if it had no tag', () => {
    expect(parse('a: !!python/object/apply:os.system "x"\n')).toEqual({
      value: { a: 'x' },
      codes: ['warning yaml-tag'],
    });
  });

  it('keeps a key called __proto__ as an ordinary one', () => {
    const value = parse('__proto__: {polluted: true}\n').value as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes the last of two equal keys and says where the first is', () => {
    const config = read({
      ...DOCKER,
      'aml_config/d.runconfig': 'Framework: PySpark\nTarget: docker\nFramework: Python\n',
    });
    expect(config.runConfigurations[0]?.framework).toBe('Python');
    expect(config.findings.map(({ line, message }) => `${String(line)}: ${message}`)).toEqual([
      '3: `Framework` stands here a second time (first on line 1); this one counts',
    ]);
  });
});
