import { AppError } from '@aml/errors';
import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';

const NAME = /^[A-Z][A-Z0-9_]*$/;

/**
 * The settings that are kept in `AML_HOME/settings.env`: `NAME=value` lines, `#` comments. Variables of the environment
 * win over them. Without the file there are none.
 * @throws AppError `settings-file-malformed` naming file and line.
 */
export async function readSettingsFile(path: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ENOENT') return '';
    throw error;
  });
  text.split('\n').forEach((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || NAME.test(trimmed.split('=')[0] ?? '')) return;
    throw new AppError({
      code: 'settings-file-malformed',
      message: `${path}:${index + 1}: ${JSON.stringify(trimmed.slice(0, 40))} is not NAME=value`,
      hint: 'Write one setting a line, such as AML_PACKAGE_SOURCE=pypi; docs/settings.md lists them.',
      blame: 'user',
    });
  });
  return Object.fromEntries(
    Object.entries(parseEnv(text)).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
