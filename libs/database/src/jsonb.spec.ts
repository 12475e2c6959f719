import { describe, expect, it } from 'vitest';
import { storableText, toJsonb } from './jsonb';

describe('JSON for the database', () => {
  it('is plain JSON where everything can be kept', () => {
    expect(toJsonb({ a: ['ü', '🚀', 1, null], b: String.raw`\u0000 as text` })).toBe(
      JSON.stringify({ a: ['ü', '🚀', 1, null], b: String.raw`\u0000 as text` }),
    );
  });

  it('has a replacement for NUL and for half of a surrogate pair, in names too', () => {
    expect(JSON.parse(toJsonb({ 'a\0': ['x\0y', '\ud83d!', '\udcff'] }))).toEqual({
      'a\uFFFD': ['x\uFFFDy', '\uFFFD!', '\uFFFD'],
    });
    expect(storableText('🚀')).toBe('🚀');
  });

  it('keeps dates as JSON has them', () => {
    expect(toJsonb({ at: new Date(0), text: '\0' })).toBe(
      '{"at":"1970-01-01T00:00:00.000Z","text":"\uFFFD"}',
    );
  });
});
