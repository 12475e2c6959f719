import type { BlobStore } from '@aml/blob-store';
import type { SnapshotEntry } from '@aml/contracts';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, type Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { packSnapshot } from './pack-snapshot';
import { contentKey, type Snapshot } from './snapshot-store';

/** Contents in memory; counts what is asked for. */
class FakeContents {
  readonly contents = new Map<string, Buffer>();
  asked = 0;

  file(path: string, content: Buffer | string, mode = 0o644): SnapshotEntry {
    const bytes = Buffer.from(content);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.contents.set(contentKey(sha256), bytes);
    return { path, type: 'file', mode, sha256, size: bytes.length };
  }

  get blobs(): BlobStore {
    const find = async (key: string): Promise<Buffer> => {
      this.asked += 1;
      const content = this.contents.get(key);
      if (!content) throw new Error(`no ${key}`);
      return content;
    };
    const unused = (): Promise<never> => Promise.reject(new Error('not used here'));
    return {
      read: find,
      open: async (key) => Readable.from([await find(key)]),
      put: unused,
      putAddressed: unused,
      putMany: unused,
      size: unused,
      present: unused,
      remove: unused,
    };
  }
}

function snapshotOf(entries: readonly SnapshotEntry[]): Snapshot {
  return { id: '0', files: entries.length, bytes: 0, entries };
}

async function unpacked(archive: Readable): Promise<{ header: Header; content: Buffer }[]> {
  const found: { header: Header; content: Buffer }[] = [];
  for await (const entry of archive.pipe(extract()) as ReturnType<typeof extract>) {
    found.push({ header: entry.header, content: await buffer(entry as unknown as Readable) });
  }
  return found;
}

describe('packing a snapshot', () => {
  it('keeps names, bytes, modes and links of every kind, in order', async () => {
    const store = new FakeContents();
    const long = `${'folder/'.repeat(40)}${'n'.repeat(200)}`;
    const entries: SnapshotEntry[] = [
      { path: 'data', type: 'directory', mode: 0o750 },
      store.file('data/a.txt', 'a'.repeat(512)),
      store.file('data/big.bin', Buffer.alloc(700_000, 3)),
      store.file('empty', ''),
      store.file(long, 'deep'),
      { ...store.file('odd ?', 'odd'), raw: Buffer.from('odd \xff', 'latin1').toString('base64') },
      store.file('run.sh', '#!/bin/sh\n', 0o755),
      store.file('ü\nnew line', 'x'),
      { path: 'z', type: 'link', mode: 0o777, target: `ä/${'t'.repeat(300)}` },
    ];
    const found = await unpacked(packSnapshot(snapshotOf(entries), store.blobs));
    expect(found.map(({ header }) => [header.name.replace(/\/$/, ''), header.type, header.mode])).toEqual(
      entries.map(({ path, type, mode }) => [path, type === 'link' ? 'symlink' : type, mode]),
    );
    for (const [index, { header, content }] of found.entries()) {
      const entry = entries[index];
      if (entry?.type === 'file')
        expect(content.equals(store.contents.get(contentKey(entry.sha256 ?? '')) ?? Buffer.alloc(1))).toBe(
          true,
        );
      if (entry?.type === 'link') expect(header.linkname).toBe(entry.target);
      if (entry?.raw) expect(header.pax).toMatchObject({ 'AML.rawpath': entry.raw });
      expect(header.mtime?.getTime()).toBe(0);
    }
  });

  it('reads no further than a slow reader needs', async () => {
    const store = new FakeContents();
    const entries = [...Array(2000).keys()].map((index) => store.file(`${index}`, `${index}`.repeat(1000)));
    const archive = packSnapshot(snapshotOf(entries), store.blobs);
    await new Promise((resolve) => archive.once('readable', resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(store.asked).toBeLessThan(500);
    expect(await unpacked(archive)).toHaveLength(2000);
  });

  it('breaks off where a content is not there or not what the list says', async () => {
    const store = new FakeContents();
    const good = store.file('a', 'a');
    const shrunk = { ...store.file('b', 'b'), size: 2 };
    await expect(buffer(packSnapshot(snapshotOf([good, shrunk]), store.blobs))).rejects.toThrow('1 bytes');
    store.contents.clear();
    await expect(buffer(packSnapshot(snapshotOf([good]), store.blobs))).rejects.toThrow('no contents/');
  });
});
