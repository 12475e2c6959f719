import type { Readable } from 'node:stream';

export interface StoredBlob {
  readonly size: number;
  /** Of the content, lower-case hexadecimal. */
  readonly sha256: string;
}

/** A content on its way in, and the SHA-256 that it must have. */
export interface ArrivingBlob {
  readonly key: string;
  readonly sha256: string;
  readonly content: Readable;
}

/**
 * Bytes by key. Keys are names joined by `/`; a stored blob is whole or absent, never partial, and safe on disk when
 * the call returns. Storing under an existing key replaces it.
 */
export interface BlobStore {
  put(key: string, content: Readable): Promise<StoredBlob>;
  /** Stores a content under a key that follows from its SHA-256, once: where the key is there already, nothing is written again. */
  putAddressed(keyOf: (sha256: string) => string, content: Readable): Promise<StoredBlob>;
  /**
   * Stores many contents one after the other; all of them are safe when the call returns, which costs less than as
   * many calls of `put`. Those before a failure may have been stored.
   * @throws AppError `blob-mismatch` where a content has another SHA-256 (it is not kept), `disk-full`.
   */
  putMany(blobs: AsyncIterable<ArrivingBlob>): Promise<{ readonly stored: number; readonly bytes: number }>;
  /** Bytes from `start` (default 0) to `end`, exclusive. @throws AppError `blob-missing`. */
  open(key: string, range?: { readonly start?: number; readonly end?: number }): Promise<Readable>;
  /** The whole content, for those known to be small. @throws AppError `blob-missing`. */
  read(key: string): Promise<Buffer>;
  /** Undefined where there is none. */
  size(key: string): Promise<number | undefined>;
  /** Which of these keys are there. */
  present(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Absent is fine. */
  remove(key: string): Promise<void>;
}
