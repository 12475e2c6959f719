import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadKeyFile } from './key-file';

describe('the key file', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'aml-key-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is made once with mode 0600, however many ask at the same time', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => loadKeyFile(join(folder, 'key'))));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
    expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600);
  });

  it('is refused when others can read it, with the command that mends it', async () => {
    await loadKeyFile(join(folder, 'key'));
    await chmod(join(folder, 'key'), 0o644);
    await expect(loadKeyFile(join(folder, 'key'))).rejects.toMatchObject({
      code: 'key-file-unsafe',
      hint: `chmod 600 ${folder}/key`,
    });
  });

  it('is refused when it holds no key', async () => {
    await writeFile(join(folder, 'key'), 'short', { mode: 0o600 });
    await expect(loadKeyFile(join(folder, 'key'))).rejects.toMatchObject({ code: 'key-file-malformed' });
  });
});
