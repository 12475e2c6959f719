import type { Readable } from 'node:stream';

export interface StoredBlob {
  readonly size: number;
  /** Of the content, lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * Bytes by key. Keys are names joined by `/`; a stored blob is whole or absent, never partial, and safe on disk when
 * the call returns. Storing under an existing key replaces it.
 */
export interface BlobStore {
  /** @throws AppError `blob-mismatch` where `expected` is given and the content has another SHA-256 (nothing is kept); `disk-full`. */
  put(key: string, content: Readable, expected?: { readonly sha256: string }): Promise<StoredBlob>;
  /** Bytes from `start` (default 0) to `end`, exclusive. @throws AppError `blob-missing`. */
  open(key: string, range?: { readonly start?: number; readonly end?: number }): Promise<Readable>;
  /** Undefined where there is none. */
  size(key: string): Promise<number | undefined>;
  /** Which of these keys are there. */
  present(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Absent is fine. */
  remove(key: string): Promise<void>;
}
