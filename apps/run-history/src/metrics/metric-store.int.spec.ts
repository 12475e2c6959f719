import type { ServiceBench } from '@aml/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRecordedRun, startRunHistory } from '../run-history.fixture';

describe('what a script logged', () => {
  let bench: ServiceBench;

  beforeAll(async () => {
    bench = await startRunHistory();
  });

  afterAll(() => bench.close());

  const post = async (runId: string, offset: number, lines: object[]) => {
    const texts = lines.map((line) => JSON.stringify({ v: 1, time: 1, ...line }));
    const end = offset + texts.join('\n').length + 1;
    const answer = await bench.clients.runHistory.POST('/runs/{runId}/metrics', {
      params: { path: { runId } },
      body: { fence: 1, offset, end, lines: texts },
    });
    return { ...answer, end };
  };

  it('is every point in order, and a series in the record; a repeated portion changes nothing', async () => {
    const { runId } = await aRecordedRun(bench);
    const metric = (name: string, value: unknown) => ({ kind: 'metric', name, value });
    const first = await post(runId, 0, [metric('loss', 3), metric('note', 'ok')]);
    await post(runId, 0, [metric('loss', 3), metric('note', 'ok')]);
    const second = await post(runId, first.end, [
      metric('loss', 2),
      metric('loss', { $float: 'nan' }),
      { kind: 'property', name: 'p', value: 'v' },
      { kind: 'tag', name: 't', value: 'x' },
      { kind: 'claim', status: 'failed', error: { message: 'bad' } },
    ]);
    expect(second.data).toEqual({ offset: second.end });
    const { data: record } = await bench.clients.runHistory.GET('/runs/{runId}', {
      params: { path: { runId } },
    });
    expect(record?.record).toMatchObject({
      metrics: { loss: [3, 2, 'NaN'], note: 'ok' },
      loss: [3, 2, 'NaN'],
      properties: { p: 'v' },
      tags: { t: 'x' },
      status: 'NotStarted',
    });
    expect(record?.claims).toMatchObject([{ status: 'Failed', details: 'bad' }]);
    const { data: points } = await bench.clients.runHistory.GET('/runs/{runId}/metrics', {
      params: { path: { runId }, query: { name: 'loss' } },
    });
    expect(points?.items.map(({ value }) => value)).toEqual([3, 2, { $float: 'nan' }]);
  });

  it('may have no gap', async () => {
    const { runId } = await aRecordedRun(bench);
    const { error } = await post(runId, 10, [{ kind: 'metric', name: 'x', value: 1 }]);
    expect(error).toMatchObject({ title: 'log-gap', status: 409 });
  });

  it('cannot stop the record, whatever it is', async () => {
    const { runId } = await aRecordedRun(bench);
    const { data } = await post(runId, 0, [
      { kind: 'metric', name: 'nul\0', value: 'a\0\ud800' },
      { kind: 'claim', status: 'completed', time: 1e300 },
      { kind: 'unheard of' },
    ]);
    expect(data).toBeDefined();
    const { data: record } = await bench.clients.runHistory.GET('/runs/{runId}', {
      params: { path: { runId } },
    });
    expect(record?.record.metrics).toEqual({ 'nul\uFFFD': 'a\uFFFD\uFFFD' });
  });
});
