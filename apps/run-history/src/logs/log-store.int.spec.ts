import { runRequestedV1 } from '@aml/contracts';
import { aRunSpecification, type ServiceBench } from '@aml/testing';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { append, aRecordedRun, startRunHistory } from '../run-history.fixture';

describe('the log of a run', () => {
  let bench: ServiceBench;

  beforeAll(async () => {
    bench = await startRunHistory();
  });

  afterAll(() => bench.close());

  const read = async (runId: string, stream = 'stdout', offset = 0): Promise<string> =>
    (await bench.request(`/runs/${encodeURIComponent(runId)}/logs/${stream}?offset=${offset}`)).text();

  const seal = async (runId: string, size: number, fence = 1, stream = 'stdout') => {
    const response = await bench.request(`/runs/${encodeURIComponent(runId)}/logs/${stream}/seal`, {
      method: 'POST',
      body: JSON.stringify({ fence, size }),
      headers: { 'content-type': 'application/json' },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('is what was appended, and a repeated or overlapping portion changes nothing', async () => {
    const { runId } = await aRecordedRun(bench);
    expect(await append(bench, runId, 0, 'one\n')).toEqual({ status: 200, size: 4 });
    expect(await append(bench, runId, 0, 'one\n')).toEqual({ status: 200, size: 4 });
    expect(await append(bench, runId, 2, 'e\ntwo\n')).toEqual({ status: 200, size: 8 });
    expect(await read(runId)).toBe('one\ntwo\n');
    expect(await read(runId, 'stdout', 5)).toBe('wo\n');
  });

  it('refuses a gap', async () => {
    const { runId } = await aRecordedRun(bench);
    expect(await append(bench, runId, 3, 'x')).toEqual({ status: 409, code: 'log-gap' });
    expect(await read(runId)).toBe('');
  });

  it('refuses who had the lease before, in every call, and keeps what the new one wrote', async () => {
    const { runId } = await aRecordedRun(bench);
    await append(bench, runId, 0, 'a', { fence: 1 });
    await append(bench, runId, 1, 'b', { fence: 2 });
    expect(await append(bench, runId, 2, 'stale', { fence: 1 })).toEqual({ status: 409, code: 'lease-lost' });
    expect((await seal(runId, 2, 1)).body).toMatchObject({ title: 'lease-lost' });
    const path = { runId };
    const stale = { fence: 1, offset: 0, end: 1, lines: [] };
    const metrics = await bench.clients.runHistory.POST('/runs/{runId}/metrics', {
      params: { path },
      body: stale,
    });
    expect(metrics.error).toMatchObject({ title: 'lease-lost' });
    const artifact = await bench.request(`/runs/${encodeURIComponent(runId)}/artifacts?path=o&fence=1`, {
      method: 'PUT',
      body: 'x',
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(artifact.status).toBe(409);
    expect(await read(runId)).toBe('ab');
  });

  it('is sealed with bytes, lines and a SHA-256 that anyone can check; again, also at once, changes nothing', async () => {
    const { runId } = await aRecordedRun(bench);
    const text = `${'line\n'.repeat(1000)}last without end`;
    for (let at = 0; at < text.length; at += 700) await append(bench, runId, at, text.slice(at, at + 700));
    expect((await seal(runId, 3)).body).toMatchObject({ title: 'log-gap' });
    const answers = await Promise.all([1, 2, 3, 4].map(() => seal(runId, text.length)));
    for (const { body } of answers) {
      expect(body).toEqual({
        stream: 'stdout',
        bytes: text.length,
        lines: 1000,
        sha256: createHash('sha256').update(text).digest('hex'),
        sealed: true,
        masked: 0,
      });
    }
    expect(await read(runId)).toBe(text);
    expect(await read(runId, 'stdout', text.length - 3)).toBe('end');
    expect(await bench.query('SELECT 1 FROM log_chunk WHERE owner = $1', [runId])).toEqual([]);
    expect(await append(bench, runId, text.length, 'late')).toEqual({ status: 500, code: 'log-sealed' });
    expect(await append(bench, runId, 0, 'line')).toEqual({ status: 200, size: text.length });
  });

  it('that is empty is sealed as well', async () => {
    const { runId } = await aRecordedRun(bench);
    expect((await seal(runId, 0)).body).toMatchObject({ bytes: 0, lines: 0, sealed: true });
    expect(await read(runId)).toBe('');
  });

  it('counts the secret values that were replaced', async () => {
    const { runId } = await aRecordedRun(bench);
    await append(bench, runId, 0, '***', { masked: 2 });
    await append(bench, runId, 0, '***', { masked: 2 });
    const { data } = await bench.clients.runHistory.GET('/runs/{runId}', { params: { path: { runId } } });
    expect(data?.logs).toMatchObject([{ stream: 'stdout', bytes: 3, masked: 2 }]);
  });

  it('shows both streams under headings as the driver log', async () => {
    const { runId } = await aRecordedRun(bench);
    await append(bench, runId, 0, 'out');
    await append(bench, runId, 0, 'err\n', { stream: 'stderr' });
    expect(await read(runId, 'driver')).toBe('==== stdout ====\nout\n==== stderr ====\nerr\n');
  });

  it('waits for the record where the executor is faster than the event', async () => {
    const specification = aRunSpecification();
    const early = append(bench, specification.runId, 0, 'early');
    await new Promise((resolve) => setTimeout(resolve, 150));
    await bench.publish(runRequestedV1, { specification });
    expect(await early).toEqual({ status: 200, size: 5 });
  });

  it('tells an executor to try again where the record does not begin', async () => {
    const { runId } = aRunSpecification();
    expect(await append(bench, runId, 0, 'x')).toEqual({ status: 503, code: 'run-not-recorded' });
    const { error } = await bench.clients.runHistory.GET('/runs/{runId}/positions', {
      params: { path: { runId } },
    });
    expect(error).toMatchObject({ error: { code: 'run-not-recorded', retryable: true } });
  });

  it('takes no portion of any size into memory', async () => {
    const { runId } = await aRecordedRun(bench);
    const answer = await append(bench, runId, 0, 'x'.repeat(17 * 1024 * 1024));
    expect(answer).toEqual({ status: 413, code: 'request-too-large' });
  });

  it('tells where to go on after a restart', async () => {
    const { runId } = await aRecordedRun(bench);
    await append(bench, runId, 0, '12345', { masked: 1 });
    await bench.restart();
    const { data } = await bench.clients.runHistory.GET('/runs/{runId}/positions', {
      params: { path: { runId } },
    });
    expect(data).toEqual({
      logs: [{ stream: 'stdout', bytes: 5, lines: null, sha256: null, sealed: false, masked: 1 }],
      metricsOffset: 0,
      artifacts: [],
    });
  });
});
