import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FlagSetting, NumberSetting, parseSettings } from './settings';

const first = z.object({
  SECONDS: NumberSetting(5, 'how long, seconds', { least: 1 }),
  LEVEL: z.enum(['info', 'debug']).default('info'),
});
const second = z.object({
  ALONE: FlagSetting(false, 'whether'),
  PORT: NumberSetting(0, 'port', { most: 65_535 }),
});

describe('settings', () => {
  it('have defaults, and an empty variable counts as absent', () => {
    expect(parseSettings({ first, second }, { SECONDS: '', OTHER: 'x' })).toEqual({
      first: { SECONDS: 5, LEVEL: 'info' },
      second: { ALONE: false, PORT: 0 },
    });
  });

  it('take false for false', () => {
    expect(parseSettings({ second }, { ALONE: 'false' }).second.ALONE).toBe(false);
    expect(parseSettings({ second }, { ALONE: 'true' }).second.ALONE).toBe(true);
  });

  it('tell all problems of all apps at once, by name and reason, without the values', () => {
    const wrong = { SECONDS: 'hunter2', LEVEL: 'hunter3', ALONE: 'hunter4', PORT: '70000' };
    let message = '';
    try {
      parseSettings({ first, second }, wrong);
    } catch (error) {
      message = (error as Error).message;
      expect(error).toMatchObject({ code: 'settings-invalid', blame: 'user' });
    }
    for (const name of Object.keys(wrong)) expect(message).toContain(`${name}: `);
    expect(message).toContain('PORT: must be at most 65535');
    expect(message).not.toContain('hunter');
  });
});
