import { assetPromotedV1 } from '@aml/contracts';
import type { ServiceBench } from '@aml/testing';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRecordedRun, startRunHistory } from '../run-history.fixture';

describe('the files of a run', () => {
  let bench: ServiceBench;

  beforeAll(async () => {
    bench = await startRunHistory();
  });

  afterAll(() => bench.close());

  const store = async (runId: string, path: string, content: string | Buffer) => {
    const url = `/runs/${encodeURIComponent(runId)}/artifacts?${new URLSearchParams({ path, fence: '1' })}`;
    const headers = { 'content-type': 'application/octet-stream' };
    return bench.request(url, { method: 'PUT', body: content as unknown as string, headers });
  };

  const read = (runId: string, path: string) =>
    bench.request(`/runs/${encodeURIComponent(runId)}/artifacts?${new URLSearchParams({ path })}`);

  const promote = async (runId: string, path: string, name: string) =>
    (await bench.clients.runHistory.POST('/assets', { body: { runId, path, name } })).data;

  it('come back byte for byte, also a large one, under any name', async () => {
    const { runId } = await aRecordedRun(bench);
    const content = Buffer.alloc(5_000_000, 'ab\0\n');
    const name = 'outputs/ein Modell, "neu".pkl';
    expect(await (await store(runId, name, content)).json()).toMatchObject({
      path: name,
      sizeBytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(Buffer.from(await (await read(runId, name)).arrayBuffer()).equals(content)).toBe(true);
  });

  it('are replaced where a path is stored again, and named in the record', async () => {
    const { runId } = await aRecordedRun(bench);
    await store(runId, 'outputs/b', 'old');
    await store(runId, 'outputs/b', 'new');
    await store(runId, 'outputs/a', '');
    expect(await (await read(runId, 'outputs/b')).text()).toBe('new');
    expect(await (await read(runId, './outputs/a')).text()).toBe('');
    const { data } = await bench.clients.runHistory.GET('/runs/{runId}', { params: { path: { runId } } });
    expect(data?.artifacts.map(({ path }) => path)).toEqual(['outputs/a', 'outputs/b']);
  });

  it('that do not exist: those that do are named', async () => {
    const { runId } = await aRecordedRun(bench);
    await store(runId, 'outputs/there', 'x');
    const response = await read(runId, 'outputs/here');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { hint: 'It has outputs/there.' } });
  });

  it('become assets with versions; the same content under the same name is the same version', async () => {
    const { runId } = await aRecordedRun(bench);
    const other = await aRecordedRun(bench);
    await store(runId, 'outputs/model', 'one');
    await store(other.runId, 'outputs/model', 'two');
    const first = await promote(runId, 'outputs/model', 'iris');
    expect(first).toMatchObject({ name: 'iris', version: 1, run_id: runId });
    expect(await promote(runId, 'outputs/model', 'iris')).toEqual(first);
    const many = await Promise.all([1, 2, 3].map(() => promote(other.runId, 'outputs/model', 'iris')));
    expect(many.map((asset) => asset?.version)).toEqual([2, 2, 2]);
    const { data } = await bench.clients.runHistory.GET('/assets', { params: { query: { name: 'iris' } } });
    expect(data?.items.map(({ version }) => version)).toEqual([2, 1]);
    const bytes = await bench.request(`/assets/${first?.id ?? ''}/content`);
    expect(await bytes.text()).toBe('one');
    const promoted = await bench.published(assetPromotedV1);
    expect(promoted.map(({ name, version }) => `${name} ${version}`)).toEqual(['iris 1', 'iris 2']);
  });
});
