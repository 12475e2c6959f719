import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArrivingBlob } from './blob-store';
import { FolderBlobStore } from './folder-blob-store';

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function* arriving(contents: readonly Buffer[], hash = sha256): AsyncGenerator<ArrivingBlob> {
  for (const content of contents) {
    const portions = [...Array(Math.ceil(content.length / 65_536)).keys()];
    const chunks = portions.map((index) => content.subarray(index * 65_536, (index + 1) * 65_536));
    yield { key: `c/${sha256(content)}`, sha256: hash(content), content: Readable.from(chunks) };
  }
}

describe('a folder of blobs', () => {
  let root: string;
  let store: FolderBlobStore;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'aml-blobs-'));
    store = new FolderBlobStore(root);
  });

  const files = async (): Promise<string[]> => {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .sort();
  };

  afterEach(() => rm(root, { recursive: true, force: true }));

  it('gives back what it was given, whole or in part', async () => {
    const content = Buffer.from([0, 255, 10, 13, 128]);
    const stored = await store.put('a/b', Readable.from([content]));
    expect(stored).toEqual({ size: 5, sha256: createHash('sha256').update(content).digest('hex') });
    expect(await buffer(await store.open('a/b'))).toEqual(content);
    expect(await buffer(await store.open('a/b', { start: 1, end: 3 }))).toEqual(content.subarray(1, 3));
    expect(await store.present(['a/b', 'a/c'])).toEqual(new Set(['a/b']));
  });

  it('stores many contents at once, small and large, each under its name', async () => {
    const contents = [...Array(300).keys()].map((index) => Buffer.from(`content ${index}`));
    contents.push(Buffer.alloc(3_000_000, 7), Buffer.alloc(0));
    expect(await store.putMany(arriving(contents))).toEqual({
      stored: 302,
      bytes: contents.reduce((sum, { length }) => sum + length, 0),
    });
    for (const content of contents) {
      expect((await buffer(await store.open(`c/${sha256(content)}`))).equals(content)).toBe(true);
    }
  });

  it.each([100, 1_000_000])(
    'keeps nothing of %s bytes that are not what they were said to be',
    async (size) => {
      const wrong = arriving([Buffer.alloc(size, 1)], () => '0'.repeat(64));
      await expect(store.putMany(wrong)).rejects.toMatchObject({ code: 'blob-mismatch' });
      expect(await files()).toEqual([]);
    },
  );

  it('keeps equal contents once, by their hash', async () => {
    const content = Buffer.from('same');
    const keyOf = (hash: string): string => `by/${hash}`;
    const first = await store.putAddressed(keyOf, Readable.from([content]));
    expect(await store.putAddressed(keyOf, Readable.from([content]))).toEqual(first);
    expect(await files()).toEqual([`by/${sha256(content)}`]);
  });

  it('clears away what a killed process left half-written', async () => {
    await mkdir(join(root, 'arriving'));
    await writeFile(join(root, 'arriving/half'), 'x');
    await store.removeUnfinished();
    expect(await files()).toEqual([]);
    await store.put('a', Readable.from([Buffer.from('b')]));
    expect(await files()).toEqual(['a']);
  });

  it('keeps nothing of a content that breaks off', async () => {
    const broken = Readable.from(
      (function* () {
        yield 'half';
        throw new Error('cut');
      })(),
    );
    await expect(store.put('x', broken)).rejects.toThrow('cut');
    expect(await files()).toEqual([]);
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
