import { describe, expect, it } from 'vitest';
import { FindingList } from './finding';
import { decodeText, encodeText, readSourceText, SourceText } from './source-text';
import { codes } from './testing.fixture';

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)),
  );
const utf16 = (text: string, littleEndian: boolean): Uint8Array =>
  encodeText(text, { encoding: littleEndian ? 'utf-16le' : 'utf-16be', byteOrderMark: true });

function readBytes(content: Uint8Array): { text: string | undefined; codes: readonly string[]; at: string } {
  const findings = new FindingList();
  const text = readSourceText({ path: 'f', content }, findings)?.text;
  const [first] = findings.all;
  return { text, codes: codes(findings.all), at: `${String(first?.line)}:${String(first?.column)}` };
}

describe('readSourceText', () => {
  it('reads UTF-8 with and without a byte order mark', () => {
    expect(readBytes(bytes('Target: é\n'))).toMatchObject({ text: 'Target: é\n', codes: [] });
    expect(readBytes(bytes([0xef, 0xbb, 0xbf], 'Target: é\n'))).toMatchObject({
      text: 'Target: é\n',
      codes: [],
    });
  });

  it('reads UTF-16 of either byte order, with a warning', () => {
    for (const littleEndian of [true, false]) {
      expect(readBytes(utf16('Target: é\n', littleEndian))).toEqual({
        text: 'Target: é\n',
        codes: ['warning encoding-utf16'],
        at: '1:1',
      });
    }
  });

  it('reads other bytes as Windows-1252, and says where they are', () => {
    expect(readBytes(bytes('a: b\n# caf', [0xe9], '\n'))).toEqual({
      text: 'a: b\n# café\n',
      codes: ['warning encoding-not-utf8'],
      at: '2:6',
    });
  });

  it('refuses binary files at the first NUL byte', () => {
    expect(readBytes(bytes('a: b\nc', [0], 'd'))).toEqual({
      text: undefined,
      codes: ['error file-binary'],
      at: '2:2',
    });
  });

  it('refuses files that are too big to be a configuration', () => {
    expect(readBytes(new Uint8Array(64 * 1024 + 1)).codes).toEqual(['error file-too-big']);
  });

  it('keeps every byte of a text that is decoded and encoded again', () => {
    for (const content of [
      bytes('a\r\n'),
      bytes([0xef, 0xbb, 0xbf], 'é'),
      utf16('é\r\n', true),
      utf16('é', false),
    ]) {
      const decoded = decodeText(content);
      expect(encodeText(decoded.text, decoded)).toEqual(content);
    }
  });
});

describe('SourceText', () => {
  it('knows the place of every offset, counted from 1', () => {
    const source = new SourceText('f', 'ab\r\nc\n');
    expect([0, 2, 4, 5, 6, 99, -1].map((offset) => source.positionAt(offset))).toEqual([
      ...[
        { line: 1, column: 1 },
        { line: 1, column: 3 },
        { line: 2, column: 1 },
        { line: 2, column: 2 },
      ],
      ...[
        { line: 3, column: 1 },
        { line: 3, column: 1 },
        { line: 1, column: 1 },
      ],
    ]);
    expect([source.line(1), source.line(2), source.line(3), source.line(9)]).toEqual(['ab', 'c', '', '']);
  });
});
