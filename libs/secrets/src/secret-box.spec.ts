import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SecretBox } from './secret-box';

const key = (id: string) => ({ id, key: randomBytes(32) });

describe('a secret box', () => {
  it('opens what it sealed, and shows nothing of the value', () => {
    const box = new SecretBox(key('a'));
    const sealed = box.seal('pässword', 'tenant|1|1');
    expect(box.open(sealed, 'tenant|1|1')).toBe('pässword');
    expect(JSON.stringify(sealed)).not.toContain('ssword');
  });

  it('opens with an older key after a rotation', () => {
    const old = key('old');
    const sealed = new SecretBox(old).seal('x', 'c');
    expect(new SecretBox(key('new'), [old]).open(sealed, 'c')).toBe('x');
  });

  it('refuses another context, another key and changed bytes', () => {
    const box = new SecretBox(key('a'));
    const sealed = box.seal('x', 'c');
    expect(() => box.open(sealed, 'other')).toThrow('cannot be opened');
    expect(() => new SecretBox(key('b')).open(sealed, 'c')).toThrow('cannot be opened');
    expect(() => box.open({ ...sealed, value: sealed.wrappedKey }, 'c')).toThrow('cannot be opened');
  });
});
