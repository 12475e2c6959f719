import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract, type Pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packContents } from './pack-contents';
import { StatCache } from './stat-cache';
import { takeSnapshot } from './take-snapshot';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pack-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function unpack(source: Pack): Promise<Map<string, string>> {
  const tar = extract();
  const feed = (async (): Promise<void> => {
    for await (const chunk of source) tar.write(chunk);
    tar.end(Buffer.alloc(0));
  })();
  feed.catch((error: unknown) => tar.destroy(error as Error));
  const found = new Map<string, string>();
  for await (const entry of tar) {
    const hash = createHash('sha256');
    for await (const chunk of entry) hash.update(chunk as Buffer);
    found.set(entry.header.name, hash.digest('hex'));
  }
  await feed;
  return found;
}

describe('contents on their way to the store', () => {
  it('are entries named by their hash, small and big, with progress in bytes', async () => {
    writeFileSync(join(root, 'empty'), '');
    writeFileSync(join(root, 'small'), 'x');
    writeFileSync(join(root, 'big'), Buffer.alloc(5_000_001, 3));
    const snapshot = await takeSnapshot(root, StatCache.none());
    let read = 0;
    const found = await unpack(
      packContents(root, [...snapshot.contents.values()], (bytes) => (read += bytes)),
    );
    expect([...found.keys()].sort()).toEqual([...snapshot.contents.keys()].sort());
    for (const [name, hash] of found) expect(hash).toBe(name);
    expect(read).toBe(5_000_002);
  });

  it.each(['small', 'big'])('fail where a %s file is no longer what was hashed', async (kind) => {
    const size = kind === 'small' ? 10 : 2_000_000;
    writeFileSync(join(root, 'file'), Buffer.alloc(size, 1));
    const snapshot = await takeSnapshot(root, StatCache.none());
    writeFileSync(join(root, 'file'), Buffer.alloc(size, 2));
    await expect(
      unpack(packContents(root, [...snapshot.contents.values()], () => undefined)),
    ).rejects.toThrow('file changed while it was sent');
  });
});
