import type { ConfigServiceComponents } from '@aml/api-client';

/** One entry of a snapshot as config-service takes it. */
export type SnapshotEntry = ConfigServiceComponents['schemas']['SnapshotEntry'];

/** Something found in the project folder, not read yet. */
export interface FoundEntry {
  /** From the project root, `/` between names; for display where `raw` is set. */
  readonly path: string;
  /** The exact bytes of the path where they are not valid UTF-8. */
  readonly raw: Buffer | undefined;
  readonly type: 'file' | 'link' | 'directory';
  readonly mode: number;
  /** Bytes of a file. */
  readonly size: number;
  /** Changes when the content may have changed: device, inode, size, mtime and ctime in nanoseconds. */
  readonly stamp: string;
  /** Device and inode. */
  readonly identity: string;
  /** Whether the file has been at rest long enough for its time stamps to tell a later change. */
  readonly settled: boolean;
  /** Of a link. */
  readonly target: string | undefined;
}

/** Something that is not part of the snapshot, or is but deserves a word. */
export interface SnapshotWarning {
  readonly code: 'special-file' | 'link-outside' | 'link-unreadable';
  readonly path: string;
  readonly message: string;
}

export interface LeftOut {
  /** Folders end with `/`. */
  readonly path: string;
  /** `.amlignore`, `data/.gitignore`, `default`, or `python environment`. */
  readonly by: string;
}

/** A file of the project as the file system takes it. */
export function locate(
  root: string,
  entry: { readonly path: string; readonly raw?: Buffer | undefined },
): string | Buffer {
  if (entry.raw === undefined) return `${root}/${entry.path}`;
  return Buffer.concat([Buffer.from(`${root}/`), entry.raw]);
}
