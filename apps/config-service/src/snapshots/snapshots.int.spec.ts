import type { SnapshotEntry } from '@aml/contracts';
import { AppError } from '@aml/errors';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigBench, entriesOf, sha256 } from '../config-service.fixture';
import { SnapshotStore } from './snapshot-store';

describe('snapshots', () => {
  let bench: ConfigBench;

  beforeAll(async () => {
    bench = await ConfigBench.start({ AML_SNAPSHOT_CACHE_ENTRIES: '10' });
  });

  afterAll(() => bench.service.close());

  const unpack = async (id: string): Promise<{ header: Header; content: string }[]> => {
    const response = await bench.service.request(`/snapshots/${id}/archive`);
    const found: { header: Header; content: string }[] = [];
    const tar = extract();
    const reading = pipeline(Readable.fromWeb(response.body as ReadableStream), tar);
    for await (const entry of tar)
      found.push({ header: entry.header, content: (await buffer(entry)).toString() });
    await reading;
    return found;
  };

  it('keep each content once: only those that are missing are asked for', async () => {
    const contents = ['a', 'b', 'c'];
    await bench.storeContents(contents.slice(0, 2));
    const { data } = await bench.service.clients.configService.POST('/blobs/missing', {
      body: { hashes: contents.map(sha256) },
    });
    expect(data?.missing).toEqual([sha256('c')]);
    expect(await (await bench.service.request(`/blobs/${sha256('a')}`)).text()).toBe('a');
  });

  it('give back exact bytes, modes, links and empty folders', async () => {
    const long = `${'folder/'.repeat(30)}file.txt`;
    const files = { 'run.sh': '#!/bin/sh\n', 'ü ö.txt': 'ü', empty: '', [long]: 'deep' };
    await bench.storeContents(Object.values(files));
    const entries: SnapshotEntry[] = [
      ...entriesOf(files).map((entry) => (entry.path === 'run.sh' ? { ...entry, mode: 0o755 } : entry)),
      { path: 'data', type: 'directory', mode: 0o755 },
      { path: 'link', type: 'link', mode: 0o777, target: '../outside' },
    ];
    const { data } = await bench.createSnapshot(entries);
    expect(data).toMatchObject({ files: 4, bytes: 16 });
    const found = await unpack(data?.id ?? '');
    const byName = new Map(found.map((each) => [each.header.name.replace(/\/$/, ''), each]));
    for (const [path, content] of Object.entries(files)) expect(byName.get(path)?.content).toBe(content);
    expect(byName.get('run.sh')?.header.mode).toBe(0o755);
    expect(byName.get('data')?.header.type).toBe('directory');
    expect(byName.get('link')?.header).toMatchObject({ type: 'symlink', linkname: '../outside' });
  });

  it('of the same entries have the same id, in whatever order', async () => {
    const entries = entriesOf({ x: 'x', y: 'y' });
    await bench.storeContents(['x', 'y']);
    const first = await bench.createSnapshot(entries);
    const second = await bench.createSnapshot([...entries].reverse());
    expect(second.data).toEqual(first.data);
  });

  it('with a content that is not stored are refused, naming the file', async () => {
    const { error } = await bench.createSnapshot(entriesOf({ 'never-sent.bin': 'never sent' }));
    expect(error).toMatchObject({
      title: 'snapshot-incomplete',
      detail: expect.stringContaining('never-sent.bin') as string,
      error: { retryable: true },
    });
  });

  it.each([
    ['leaves the project', '../x'],
    ['is absolute', '/etc/passwd'],
    ['has an empty name', 'a//b'],
  ])('refuse an entry that %s', async (_, path) => {
    await bench.storeContents(['x']);
    const { error } = await bench.createSnapshot(entriesOf({ [path]: 'x' }));
    expect(error).toMatchObject({ title: 'snapshot-malformed' });
  });

  it('refuse a path that stands twice', async () => {
    await bench.storeContents(['x']);
    const [entry] = entriesOf({ x: 'x' });
    const { error } = await bench.createSnapshot(entry ? [entry, entry] : []);
    expect(error).toMatchObject({ title: 'snapshot-malformed' });
  });

  it('refuse a content that is not what its name says', async () => {
    const response = await bench.storeContents(['changed while it was read'], ['0'.repeat(64)]);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ title: 'blob-mismatch', error: { retryable: true } });
    const renamed = await bench.storeContents(['x'], ['../escape']);
    expect(await renamed.json()).toMatchObject({ title: 'request-invalid' });
  });

  it('say what is wrong although much more was to come', async () => {
    const contents = ['x', ...[...Array(40).keys()].map((index) => `${index}`.padEnd(1_000_000, 'y'))];
    const response = await bench.storeContents(contents, ['nonsense', ...contents.slice(1).map(sha256)]);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ title: 'request-invalid' });
  });

  it('say that the disk is full, and leave nothing half-written', async () => {
    const { blobs } = bench.service.platform;
    const put = blobs.putMany.bind(blobs);
    blobs.putMany = async (arriving) => {
      for await (const { content } of arriving) {
        content.once('data', () => undefined);
        const message = 'there is no room left';
        throw new AppError({ code: 'disk-full', message, retryable: true, blame: 'target' });
      }
      return { stored: 0, bytes: 0 };
    };
    const response = await bench.storeContents(['z'.repeat(20_000_000)]);
    blobs.putMany = put;
    expect(response.status).toBe(424);
    expect(await response.json()).toMatchObject({ title: 'disk-full', error: { retryable: true } });
  });

  it('whose list was lost with the blobs are made anew by the next submit', async () => {
    const files = { 'lost.txt': `lost ${Date.now()}` };
    const id = await bench.snapshot(files);
    await bench.service.platform.blobs.remove(`snapshots/${id.slice(0, 2)}/${id}.json`);
    await bench.service.restart();
    expect(await bench.snapshot(files)).toBe(id);
    expect((await unpack(id)).map(({ content }) => content)).toEqual([files['lost.txt']]);
  });

  it('that were used last are remembered, up to a number of entries', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index++)
      ids.push(await bench.snapshot(Object.fromEntries([1, 2, 3, 4].map((n) => [`f${n}`, `${index} ${n}`]))));
    const store = bench.service.get(SnapshotStore);
    const first = await store.load(ids[4] ?? '');
    expect(await store.load(ids[4] ?? '')).toBe(first);
    const old = await store.load(ids[0] ?? '');
    await Promise.all(ids.slice(1, 5).map((id) => store.load(id)));
    await expect.poll(async () => (await store.load(ids[0] ?? '')) === old).toBe(false);
  });

  it('are compared by file, with hunks for text', async () => {
    const before = await bench.snapshot({ same: 's', changed: 'a\nb\nc\n', gone: 'g' });
    const after = await bench.snapshot({ same: 's', changed: 'a\nB\nc\n', fresh: 'f\0' });
    const { data } = await bench.service.clients.configService.GET(
      '/snapshots/{snapshotId}/changes/{otherId}',
      {
        params: { path: { snapshotId: before, otherId: after } },
      },
    );
    expect(data?.changes.map(({ path, change, binary }) => ({ path, change, binary }))).toEqual([
      { path: 'changed', change: 'modified', binary: false },
      { path: 'fresh', change: 'added', binary: true },
      { path: 'gone', change: 'removed', binary: false },
    ]);
    expect(data?.changes[0]?.hunks[0]?.lines).toEqual([' a', '-b', '+B', ' c']);
  });
});
