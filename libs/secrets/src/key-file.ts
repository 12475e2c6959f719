import { AppError } from '@aml/errors';
import { createHash, randomBytes } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { KeyEncryptionKey } from './secret-box';

/**
 * The key-encryption key in a file of mode 0600, made on first use; two processes at once get the same key.
 * @throws AppError `key-file-unsafe` where others can read it, `key-file-malformed`.
 */
export async function loadKeyFile(path: string): Promise<KeyEncryptionKey> {
  const text = (await readIfThere(path)) ?? (await create(path));
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new AppError({
      code: 'key-file-unsafe',
      message: `${path} can be read by other users (mode ${(mode & 0o777).toString(8)})`,
      hint: `chmod 600 ${path}`,
      blame: 'user',
    });
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== 32) {
    throw new AppError({
      code: 'key-file-malformed',
      message: `${path} does not hold a key of 32 bytes in base64`,
      hint: 'Restore it from a backup; without it stored secrets cannot be opened.',
      blame: 'user',
    });
  }
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 16), key };
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  });
}

async function create(path: string): Promise<string> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(temporary, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
  await link(temporary, path).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  });
  await rm(temporary, { force: true });
  return readFile(path, 'utf8');
}
