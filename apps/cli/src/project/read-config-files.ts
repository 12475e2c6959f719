import { readAmlConfig, referencedPaths, type AmlConfig, type SourceFile } from '@aml/aml-config';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { unreadable } from '../snapshot/walk-project';

const LARGEST_BYTES = 1_000_000;
const ROUNDS = 10;

/** The files that decide what a run is: those of `aml_config` and what they refer to. @throws AppError `file-unreadable`. */
export function readConfigFiles(root: string): readonly SourceFile[] {
  const files = readdirSync(join(root, 'aml_config'))
    .sort()
    .flatMap((name) => readSource(root, `aml_config/${name}`) ?? []);
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = referencedPaths(files).flatMap((path) => readSource(root, path) ?? []);
    if (found.length === 0) break;
    files.push(...found);
  }
  return files;
}

/** What the configuration of a project says, with everything that is to say about it. */
export function readProjectConfig(root: string): {
  readonly files: readonly SourceFile[];
  readonly config: AmlConfig;
} {
  const files = readConfigFiles(root);
  return { files, config: readAmlConfig(files) };
}

function readSource(root: string, path: string): SourceFile | undefined {
  const full = join(root, path);
  const stats = statSync(full, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return undefined;
  try {
    // What is too big is refused by the reader; its bytes are not needed for that.
    return { path, content: stats.size > LARGEST_BYTES ? new Uint8Array(LARGEST_BYTES) : readFileSync(full) };
  } catch (error) {
    throw unreadable(path, error);
  }
}
