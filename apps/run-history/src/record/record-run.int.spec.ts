import { environmentReadyV1, runRequestedV1 } from '@aml/contracts';
import { collectPositions, Transactions } from '@aml/messaging';
import { aRunSpecification, type ServiceBench } from '@aml/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRecordedRun, changeState, finish, startRunHistory } from '../run-history.fixture';

describe('the record of a run', () => {
  let bench: ServiceBench;

  beforeAll(async () => {
    bench = await startRunHistory();
  });

  afterAll(() => bench.close());

  const show = async (runId: string) => {
    const { data } = await bench.clients.runHistory.GET('/runs/{runId}', { params: { path: { runId } } });
    if (!data) throw new Error(`${runId} has no record`);
    return data;
  };

  it('tells the states in the order of their events, with reasons, and when the script ran', async () => {
    const { runId } = await aRecordedRun(bench, { name: 'first', tags: { a: 'b' } });
    await changeState(bench, runId, 'NotStarted', 'Queued');
    await changeState(bench, runId, 'Queued', 'Starting');
    await changeState(bench, runId, 'Starting', 'Running');
    await changeState(bench, runId, 'Running', 'Finalizing');
    await finish(bench, runId, { warnings: ['one output was left out'] });
    const { record, states } = await show(runId);
    expect(states.map(({ state }) => state)).toEqual([
      'NotStarted',
      'Queued',
      'Starting',
      'Running',
      'Finalizing',
      'Completed',
    ]);
    expect(states.at(-1)).toMatchObject({ reason: 'exit code 0', evidence: 'exit-record' });
    expect(record).toMatchObject({
      run_id: runId,
      status: 'Completed',
      exit_code: 0,
      duration: '0:00:02.500000',
      start_time_utc: '2024-01-01T00:00:01.000Z',
      end_time_utc: '2024-01-01T00:00:03.500Z',
      name: 'first',
      tags: { a: 'b' },
      warnings: ['one output was left out'],
      heartbeat_enabled: false,
    });
  });

  it('is not begun anew when the request for it is delivered again', async () => {
    const specification = await aRecordedRun(bench);
    await finish(bench, specification.runId);
    await bench.publish(runRequestedV1, { specification });
    const { record, states } = await show(specification.runId);
    expect(record.status).toBe('Completed');
    expect(states.map(({ state }) => state)).toEqual(['NotStarted', 'Completed']);
  });

  it('has the environment although its news came before the run did', async () => {
    const specification = aRunSpecification();
    await bench.publish(environmentReadyV1, {
      requestId: randomUUID(),
      runId: specification.runId,
      identity: 'e'.repeat(64),
      engine: 'local',
      image: 'aml-env:eee',
      imageId: 'sha256:1',
      buildId: null,
      reused: true,
      seconds: 0.1,
      lock: {
        conda: [],
        pip: [{ name: 'numpy', version: '1.26.4' }],
        python: '3.11.9',
        baseImage: 'debian',
      },
      warnings: ['a package was replaced'],
    });
    await bench.publish(runRequestedV1, { specification });
    const { record, environment } = await show(specification.runId);
    expect(environment).toMatchObject({ reused: true, lock: { pip: [{ name: 'numpy' }] } });
    expect(record).toMatchObject({ environment: 'e'.repeat(64), warnings: ['a package was replaced'] });
  });

  it('keeps texts that the database cannot hold as they are in a storable form', async () => {
    const { runId } = await aRecordedRun(bench);
    await finish(bench, runId, {
      status: 'Failed',
      error: { code: 'x', message: 'a\0b\ud800', retryable: false, blame: 'user' },
    });
    expect((await show(runId)).record.error?.message).toBe('a\uFFFDb\uFFFD');
    expect(bench.problems).toEqual([]);
  });

  it('can be named, described, tagged and hidden, and null removes a tag', async () => {
    const { runId } = await aRecordedRun(bench, { tags: { keep: '1', drop: '2' } });
    const { data } = await bench.clients.runHistory.PATCH('/runs/{runId}', {
      params: { path: { runId } },
      body: { name: 'n\0', description: 'd', hidden: true, tags: { drop: null, add: '3' } },
    });
    expect(data).toMatchObject({
      name: 'n\uFFFD',
      description: 'd',
      hidden: true,
      tags: { keep: '1', add: '3' },
    });
  });

  it('is found by who asks right after the write, since the answer to the write says how far to wait', async () => {
    const writer = new Transactions(bench.events.database, bench.events, 'writer');
    for (let turn = 0; turn < 10; turn++) {
      const specification = aRunSpecification();
      const position = await collectPositions(async (positions) => {
        await writer.run(async (unit) => unit.publish(runRequestedV1, { specification }));
        return positions();
      });
      const path = `/runs/${encodeURIComponent(specification.runId)}`;
      const response = await bench.request(path, { headers: { 'x-aml-position': position } });
      expect(response.status).toBe(200);
    }
  });

  it('that does not exist is said not to', async () => {
    const response = await bench.request('/runs/Nothing_1700000000000');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      title: 'run-unknown',
      error: { hint: 'aml history list' },
    });
  });
});
