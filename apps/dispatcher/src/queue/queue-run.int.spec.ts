import {
  environmentFailedV1,
  environmentReadyV1,
  environmentRequestedV1,
  runFinishedV1,
  runRequestedV1,
} from '@aml/contracts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DispatcherBench, someInputs } from '../dispatcher.fixture';

describe('the queue', () => {
  let bench: DispatcherBench;

  beforeAll(async () => {
    bench = await DispatcherBench.start({ AML_LOCAL_CONCURRENT_RUNS: '2' });
  });

  afterAll(() => bench.close());

  /** A run that waits for its environment. */
  const requestWithEnvironment = async () => {
    const run = await bench.request({ environment: someInputs, prepareEnvironment: true });
    const asked = await bench.service.published(environmentRequestedV1);
    const { requestId = '' } = asked.find(({ runId }) => runId === run.runId) ?? {};
    return { runId: run.runId, requestId };
  };

  const ready = (runId: string, requestId: string) =>
    bench.service.publish(environmentReadyV1, {
      requestId,
      runId,
      identity: 'a'.repeat(64),
      engine: 'local',
      image: 'aml-env:a',
      imageId: 'sha256:a',
      buildId: null,
      reused: true,
      seconds: 0,
      lock: { conda: [], pip: [], python: null, baseImage: null },
      warnings: [],
    });

  it('takes a run in once, however often it is delivered, and says why it waits', async () => {
    const specification = await bench.request({ target: { name: 'once' }, client: { machine: 'm1' } });
    await bench.service.publish(runRequestedV1, { specification });
    expect(await bench.show(specification.runId)).toMatchObject({
      state: 'Queued',
      reason: 'waiting for one of 2 places on once',
      position: 1,
    });
    expect(await bench.announced(specification.runId)).toEqual(['Queued']);
  });

  it('gives places first in first out per target, as many as the target has', async () => {
    const runs: string[] = [];
    for (let index = 0; index < 4; index++)
      runs.push((await bench.request({ client: { machine: 'm2' } })).runId);
    const elsewhere = (await bench.request({ client: { machine: 'm3' } })).runId;
    const leased: string[] = [];
    for (let index = 0; index < 6; index++) {
      const work = await bench.source.lease('owner', 0);
      if (work) leased.push(work.specification.runId);
    }
    const [first, second, third, fourth] = runs;
    expect(leased.filter((runId) => runs.includes(runId) || runId === elsewhere)).toEqual([
      first,
      second,
      elsewhere,
    ]);
    const finishing = { status: 'Completed', exit: null, error: null, warnings: [] } as const;
    const why = { reason: 'exit code 0', evidence: 'exit-record' };
    await bench.reporter.changeState(second ?? '', 1, 'Running', why);
    await bench.reporter.finish(second ?? '', 1, { ...finishing, why });
    expect((await bench.source.lease('owner', 0))?.specification.runId).toBe(third);
    expect(await bench.source.lease('owner', 0)).toBeUndefined();
    expect(await bench.show(fourth ?? '')).toMatchObject({ state: 'Queued', position: 1 });
  });

  it('asks for an environment first, and leases the run only once it is there', async () => {
    const { runId, requestId } = await requestWithEnvironment();
    expect(await bench.show(runId)).toMatchObject({ state: 'Preparing' });
    expect(await bench.source.lease('owner', 0)).toBeUndefined();
    await ready(runId, requestId);
    expect(await bench.announced(runId)).toEqual(['Queued', 'Preparing', 'Queued']);
    const work = await bench.source.lease('owner', 0);
    expect(work).toMatchObject({ specification: { runId }, image: { reference: 'aml-env:a' } });
  });

  it('ends a run whose environment cannot be had, with the reason', async () => {
    const { runId, requestId } = await requestWithEnvironment();
    const error = { code: 'solver', message: 'no numpy', retryable: false, blame: 'user' } as const;
    await bench.service.publish(environmentFailedV1, {
      requestId,
      runId,
      identity: null,
      buildId: null,
      error,
    });
    expect(await bench.announced(runId)).toEqual(['Queued', 'Preparing', 'Failed']);
    const ends = await bench.service.published(runFinishedV1);
    expect(ends.at(-1)).toMatchObject({ runId, error, why: { evidence: 'never-started' } });
  });

  it('ignores an answer to a request that it did not make', async () => {
    const { runId } = await requestWithEnvironment();
    await ready(runId, randomUUID());
    expect(await bench.show(runId)).toMatchObject({ state: 'Preparing' });
  });
});
