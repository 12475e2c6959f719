import { describe, expect, it } from 'vitest';
import { ATTACHED, EARLY, TEMPLATE_OF_2017 } from './real-projects.fixture';
import { encodeText } from './source-text';
import { writeValues, writeValuesInFile } from './write-values';

const TEXT = `# head
Target: "docker"   # where
framework: 'Python'

# variables
EnvironmentVariables:
  # first
  A: "1"   # one
  B: two
ArgumentVector:
- $file
- -v
Unknown: {x: 1}
# end
`;

describe('writeValues', () => {
  it('gives back the very same text when nothing changes', () => {
    for (const text of Object.values({ ...TEMPLATE_OF_2017, ...ATTACHED, ...EARLY })) {
      expect(writeValues(String(text), {})).toBe(text);
    }
    expect(
      writeValues(TEXT, {
        Target: 'docker',
        Framework: 'Python',
        EnvironmentVariables: { A: '1', B: 'two' },
        ArgumentVector: ['$file', '-v'],
        Gone: undefined,
      }),
    ).toBe(TEXT);
  });

  it('changes a value and nothing else: comments, quotes, spelling and order stay', () => {
    expect(writeValues(TEXT, { Target: 'vm', Framework: "Py'Spark" })).toBe(
      TEXT.replace('"docker"', '"vm"').replace("'Python'", "'Py''Spark'"),
    );
  });

  it('changes a map key by key', () => {
    expect(writeValues(TEXT, { EnvironmentVariables: { A: '9', C: 'new' } })).toBe(
      TEXT.replace('"1"', '"9"').replace('  B: two\n', '  C: new\n'),
    );
  });

  it('writes a list as a whole, as far indented as it was', () => {
    expect(writeValues(TEXT, { ArgumentVector: ['$file', '--alpha', '0.10', 5] })).toBe(
      TEXT.replace('- $file\n- -v\n', '- $file\n- "--alpha"\n- "0.10"\n- 5\n'),
    );
    expect(writeValues('a:\n    - 1\nb: 2\n', { a: [1, 2] })).toBe('a:\n    - 1\n    - 2\nb: 2\n');
  });

  it('writes null for null and removes for undefined', () => {
    expect(writeValues(TEXT, { EnvironmentVariables: null })).toBe(
      TEXT.replace(/EnvironmentVariables:\n[^]*B: two/, 'EnvironmentVariables: null'),
    );
    expect(writeValues(TEXT, { Target: undefined, ArgumentVector: undefined })).toBe(
      TEXT.replace(/Target.*\n/, '').replace('ArgumentVector:\n- $file\n- -v\n', ''),
    );
  });

  it('adds new settings at the end', () => {
    expect(writeValues(TEXT, { New: 'x', Flag: true, List: ['a'], Map: { a: { b: 1 } }, Empty: [] })).toBe(
      `${TEXT}New: x\nFlag: true\nList:\n  - a\nMap:\n  a:\n    b: 1\nEmpty: []\n`,
    );
    expect(writeValues('', { a: 1 })).toBe('a: 1\n');
    expect(writeValues('# only a comment', { a: 1 })).toBe('# only a comment\na: 1\n');
    expect(writeValues('a: 1', { b: 2 })).toBe('a: 1\nb: 2\n');
    expect(writeValues('---\na: 1\n...\n', { b: 2 })).toBe('---\na: 1\nb: 2\n...\n');
  });

  it('fills a setting that was empty, and replaces text of several lines', () => {
    expect(writeValues('a:\nb: 1\n', { a: 'x' })).toBe('a: x\nb: 1\n');
    expect(writeValues('a:\nb: 1\n', { a: ['x'] })).toBe('a:\n  - x\nb: 1\n');
    expect(writeValues('a: |\n  x\n  y\n\nb: 1\n', { a: 'z' })).toBe('a: z\n\nb: 1\n');
    expect(writeValues('a: b\n', { a: { c: 'd' } })).toBe('a:\n  c: d\n');
  });

  it('keeps line ends and a byte order mark', () => {
    expect(writeValues('\ufeffa: 1\r\nb: 2\r\n', { b: ['x', 'z'], c: 3 })).toBe(
      '\ufeffa: 1\r\nb:\r\n  - x\r\n  - z\r\nc: 3\r\n',
    );
  });

  it('keeps the capitals of booleans', () => {
    expect(writeValues('a: True\nb: false\n', { a: false, b: true })).toBe('a: False\nb: true\n');
  });

  it('writes text that YAML would take for something else in quotes', () => {
    const values = [
      'true',
      'no',
      'null',
      '~',
      '1',
      '1.0',
      '0x1',
      '0b1',
      '1_000',
      '1e5',
      '.5',
      '-1',
      '-.inf',
      '',
      ' a',
      'a ',
      'a: b',
      'a #b',
      '- a',
      '*a',
      '&a',
      '@a',
      '%a',
      '{a',
      '[a',
      '2017-01-01',
      '12:30',
      "it's",
      'two\nlines',
      '\t',
      '\u0007',
      '\ud83d\ude00',
      '---',
    ];
    for (const value of values) {
      const text = writeValues('k: x\n', { k: value });
      expect(writeValues(text, { k: value })).toBe(text);
      expect(text.split('\n')).toHaveLength(2);
    }
  });

  it('moves a password out of a file and leaves the rest', () => {
    const text = 'address: h\npassword: Passw0rd!  # ask Jo\ntype: remote\n';
    expect(writeValues(text, { password: 'AzureMlSecret=6cb2f2b4-5a52-4bb1-8ee8-34b3ec1c9e54' })).toBe(
      'address: h\npassword: AzureMlSecret=6cb2f2b4-5a52-4bb1-8ee8-34b3ec1c9e54  # ask Jo\ntype: remote\n',
    );
  });

  it('edits JSON as JSON', () => {
    const text = '{\n  "ArgumentVector": [\n    "$file"\n  ],\n  "Target": "docker"\n}\n';
    const edited = writeValues(text, { Target: 'vm', TrackedRun: false, EnvironmentVariables: { A: '1' } });
    expect(edited).toBe(
      '{\n  "ArgumentVector": [\n    "$file"\n  ],\n  "Target": "vm",\n  "TrackedRun": false,\n  "EnvironmentVariables": {"A": "1"}\n}\n',
    );
    expect(JSON.parse(writeValues(edited, { ArgumentVector: ['a.py', 'x'], Target: undefined }))).toEqual({
      ...{ ArgumentVector: ['a.py', 'x'], TrackedRun: false, EnvironmentVariables: { A: '1' } },
    });
    expect(writeValues('{}', { a: 1 })).toBe('{"a": 1}');
    expect(JSON.parse(writeValues('{"a": 1}', { a: undefined }))).toEqual({});
  });

  it('copes with duplicates, anchors and explicit keys', () => {
    expect(writeValues('a: 1\nb: 2\na: 3\n', { a: 4 })).toBe('a: 1\nb: 2\na: 4\n');
    expect(writeValues('a: 1\nb: 2\na: 3\n', { a: undefined })).toBe('b: 2\n');
    expect(writeValues('a: &x 1\nb: *x\n', { b: 2 })).toBe('a: &x 1\nb: 2\n');
    expect(writeValues('? a\n: 1\n', { a: 2 })).toContain('2');
  });

  it('refuses text that it could only destroy', () => {
    for (const text of ['a: [', '- a\n', 'words\n', 'a: 1\n\tb: 2\n', 'a: 1\n---\nb: 2\n', '...\na: 1\n']) {
      expect(() => writeValues(text, { a: 1 })).toThrow(
        expect.objectContaining({ code: 'configuration-not-writable', blame: 'user' }),
      );
    }
    expect(() => writeValues('a: 1\n', { a: () => 1 })).toThrow(
      expect.objectContaining({ code: 'configuration-value-unsuitable' }),
    );
  });

  it('edits the bytes of a file in their encoding', () => {
    const like = { encoding: 'utf-16le', byteOrderMark: true } as const;
    expect(writeValuesInFile(encodeText('a: é\n', like), { a: 'ü' })).toEqual(encodeText('a: "ü"\n', like));
    const content = new TextEncoder().encode('a: 1\n');
    expect(writeValuesInFile(content, { a: 1 })).toBe(content);
  });
});
