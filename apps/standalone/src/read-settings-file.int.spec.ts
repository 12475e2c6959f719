import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettingsFile } from './read-settings-file';

describe('the file of settings', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aml-settings-'));
    path = join(folder, 'settings.env');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('holds a setting a line, with comments and quotes', async () => {
    await writeFile(path, '# mirrors\nAML_PACKAGE_SOURCE=pypi\n\nAML_PIP_INDEX_URL="http://mirror/simple"\n');
    expect(await readSettingsFile(path)).toEqual({
      AML_PACKAGE_SOURCE: 'pypi',
      AML_PIP_INDEX_URL: 'http://mirror/simple',
    });
  });

  it('need not be there', async () => {
    expect(await readSettingsFile(path)).toEqual({});
  });

  it('is refused by file and line where a line is no setting', async () => {
    await writeFile(path, 'AML_PACKAGE_SOURCE=pypi\npackage source: conda\n');
    await expect(readSettingsFile(path)).rejects.toMatchObject({
      code: 'settings-file-malformed',
      message: `${path}:2: "package source: conda" is not NAME=value`,
    });
  });
});
