import { AppError } from '@aml/errors';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a `.link` file of the project says about a promoted asset. */
export interface AssetLink {
  readonly assetId: string;
  readonly name: string;
  readonly version: number;
  readonly runId: string;
  readonly path: string;
  readonly sha256: string;
}

/** Writes `assets/NAME.link` in the project. @returns its path from the root. */
export function writeAssetLink(root: string, link: AssetLink): string {
  const path = join('assets', `${link.name}.link`);
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${JSON.stringify(link, null, 2)}\n`);
  return path;
}

/** @throws AppError `asset-link-unreadable` (blame: user). */
export function readAssetLink(path: string): AssetLink {
  try {
    const link = JSON.parse(readFileSync(path, 'utf8')) as Partial<AssetLink>;
    if (
      typeof link.assetId === 'string' &&
      typeof link.name === 'string' &&
      typeof link.sha256 === 'string'
    ) {
      return link as AssetLink;
    }
    throw new Error('it is not a link that `aml history promote` wrote');
  } catch (error) {
    throw new AppError({
      code: 'asset-link-unreadable',
      message: `${path} cannot be read: ${(error as Error).message}`,
      hint: '`aml asset list` shows the promoted assets; `aml history promote` writes links.',
      blame: 'user',
    });
  }
}

/** The name of an asset is the name of its link file. @throws AppError `asset-name-invalid` (blame: user). */
export function requireAssetName(name: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,199}$/u.test(name)) return name;
  throw new AppError({
    code: 'asset-name-invalid',
    message: `\`${name}\` cannot be the name of an asset`,
    hint: 'Use letters, digits, spaces, `.`, `_` and `-`, for example -n model.pkl.',
    blame: 'user',
  });
}
