import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker } from './masker';

function maskInParts(values: readonly string[], text: Buffer, cuts: readonly number[]): [Buffer, number] {
  const stream = createMasker(values).stream();
  const parts: Buffer[] = [];
  let masked = 0;
  let start = 0;
  for (const cut of [...cuts.map((each) => each % (text.length + 1)).sort((a, b) => a - b), text.length]) {
    const out = stream.push(text.subarray(start, cut));
    parts.push(out.bytes);
    masked += out.masked;
    start = cut;
  }
  const rest = stream.flush();
  return [Buffer.concat([...parts, rest.bytes]), masked + rest.masked];
}

describe('masking secret values', () => {
  it('does not depend on where the chunks end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 6 }), {
          maxLength: 3,
        }),
        fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 40 }),
        fc.array(fc.nat(40), { maxLength: 6 }),
        (values, text, cuts) => {
          const bytes = Buffer.from(text);
          expect(maskInParts(values, bytes, cuts)).toEqual(maskInParts(values, bytes, []));
        },
      ),
    );
  });

  it('keeps the length, and leaves no value behind', () => {
    const masker = createMasker(['hunter2!']);
    expect(masker.text('a hunter2! b')).toBe('a ******** b');
  });

  it('masks values that overlap as a whole', () => {
    expect(createMasker(['abab']).text('xababab')).toBe('x******');
  });

  it('finds a value in base64, wherever in the encoded text it stands', () => {
    for (const before of ['', 'u', 'us', 'user:']) {
      const text = Buffer.from(`${before}correct horse battery`).toString('base64');
      const masked = createMasker(['correct horse battery']).text(text);
      expect(Buffer.from(masked.replaceAll('*', ''), 'base64').toString()).not.toContain('orrect');
    }
  });

  it('finds a value in a URL and in JSON', () => {
    const masker = createMasker(['p@ss "word"/1']);
    expect(masker.text('?k=p%40ss%20%22word%22%2F1&')).toMatch(/^\?k=\*+&$/);
    expect(masker.text('?k=p%40ss+%22word%22%2f1&')).not.toContain('%22word');
    expect(masker.text(JSON.stringify({ k: 'p@ss "word"/1' }))).toMatch(/^\{"k":"\*+"\}$/);
  });

  it('masks each long line of a value of several lines', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----';
    expect(createMasker([key]).text('> MIIEvQIBADANBg <')).toBe('> ************** <');
  });

  it('does not look for values that would be found by chance', () => {
    expect(createMasker(['abc']).text('abc abc')).toBe('abc abc');
  });

  it('does not hold back a line that cannot be the beginning of a value', () => {
    const stream = createMasker(['s3cr3t']).stream();
    expect(stream.push(Buffer.from('epoch 1\n')).bytes.toString()).toBe('epoch 1\n');
    expect(stream.push(Buffer.from('key s3c')).bytes.toString()).toBe('key ');
  });
});
