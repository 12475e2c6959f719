import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderBlobStore } from './folder-blob-store';

describe('a folder of blobs', () => {
  let root: string;
  let store: FolderBlobStore;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'aml-blobs-'));
    store = new FolderBlobStore(root);
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  it('gives back what it was given, whole or in part', async () => {
    const content = Buffer.from([0, 255, 10, 13, 128]);
    const stored = await store.put('a/b', Readable.from([content]));
    expect(stored).toEqual({ size: 5, sha256: createHash('sha256').update(content).digest('hex') });
    expect(await buffer(await store.open('a/b'))).toEqual(content);
    expect(await buffer(await store.open('a/b', { start: 1, end: 3 }))).toEqual(content.subarray(1, 3));
    expect(await store.present(['a/b', 'a/c'])).toEqual(new Set(['a/b']));
  });

  it('keeps nothing of a content that is not what it was said to be', async () => {
    await expect(store.put('x', Readable.from(['abc']), { sha256: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'blob-mismatch',
    });
    expect(await readdir(root)).toEqual([]);
  });

  it('keeps nothing of a content that breaks off', async () => {
    const broken = Readable.from(
      (function* () {
        yield 'half';
        throw new Error('cut');
      })(),
    );
    await expect(store.put('x', broken)).rejects.toThrow('cut');
    expect(await readdir(root)).toEqual([]);
  });

  it('refuses keys that lead out of the folder', async () => {
    await expect(store.put('../x', Readable.from(['a']))).rejects.toMatchObject({
      code: 'blob-key-malformed',
    });
    await expect(store.open('a/../../x')).rejects.toMatchObject({ code: 'blob-key-malformed' });
  });

  it('says which blob is missing', async () => {
    await expect(store.open('nope')).rejects.toThrow('there is no blob nope');
  });
});
