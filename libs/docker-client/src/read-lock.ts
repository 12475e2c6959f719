import { randomUUID } from 'node:crypto';
import type { DockerEngine } from './docker-engine';
import { readSmallTar } from './pack-files';

/** The exact packages of an environment, as its build wrote them down. */
export interface ImageLock {
  readonly conda?: { readonly packages: readonly LockedPackage[]; readonly notes: readonly string[] };
  /** Lines of `pip freeze`. */
  readonly pip: readonly string[];
}

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly subdir: string;
  readonly url: string;
  readonly sha256?: string;
  readonly md5?: string;
}

/** Where builds leave the lock. */
export const lockFolderInImage = '/opt/aml/lock';

/** Reads the lock out of an image, by way of a container that is never started. */
export async function readLock(
  engine: DockerEngine,
  reference: string,
  signal?: AbortSignal,
): Promise<ImageLock> {
  const name = `aml-lock-${randomUUID()}`;
  const labels = { 'aml.owner': 'aml', 'aml.kind': 'probe' };
  await engine.containers.create(
    { name, image: reference, argv: ['true'], labels, networkMode: 'none' },
    { signal },
  );
  try {
    const archive = await engine.containers.getArchive(name, lockFolderInImage, { signal });
    if (!archive) return { pip: [] };
    const files = await readSmallTar(archive);
    const conda = files.get('lock/conda.json');
    const pip = files.get('lock/pip.txt')?.toString() ?? '';
    return {
      ...(conda ? { conda: JSON.parse(conda.toString()) as NonNullable<ImageLock['conda']> } : {}),
      pip: pip.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
    };
  } finally {
    await engine.containers.remove(name).catch(() => false);
  }
}
