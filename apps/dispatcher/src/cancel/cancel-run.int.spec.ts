import { runFinishedV1, runRequestedV1 } from '@aml/contracts';
import { aRunSpecification } from '@aml/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DispatcherBench, someInputs } from '../dispatcher.fixture';

describe('canceling a run', () => {
  let bench: DispatcherBench;

  beforeAll(async () => {
    bench = await DispatcherBench.start();
  });

  afterAll(() => bench.close());

  it('that was never started ends it at once', async () => {
    const queued = await bench.request();
    const preparing = await bench.request({ environment: someInputs });
    for (const { runId } of [queued, preparing]) {
      const { data, response } = await bench.cancel(runId);
      expect(response.status).toBe(202);
      expect(data).toMatchObject({ state: 'Canceled' });
      expect((await bench.announced(runId)).at(-1)).toBe('Canceled');
    }
    expect(await bench.source.lease('owner', 0)).toBeUndefined();
  });

  it('that overtakes its request is kept, and the run is canceled when it arrives', async () => {
    const specification = aRunSpecification();
    const { data, response } = await bench.cancel(specification.runId);
    expect(response.status).toBe(202);
    expect(data).toMatchObject({ state: 'CancelRequested' });
    await bench.service.publish(runRequestedV1, { specification });
    expect(await bench.announced(specification.runId)).toEqual(['Canceled']);
    expect(await bench.source.lease('owner', 0)).toBeUndefined();
  });

  it('at the very moment of its arrival never loses the cancel', async () => {
    const specifications = [...Array(30).keys()].map(() => aRunSpecification());
    await Promise.all([
      bench.service.publish(runRequestedV1, ...specifications.map((specification) => ({ specification }))),
      ...specifications.map(({ runId }) => bench.cancel(runId)),
    ]);
    for (const { runId } of specifications) {
      expect((await bench.announced(runId)).at(-1)).toBe('Canceled');
      expect(await bench.show(runId)).toMatchObject({ state: 'Canceled' });
    }
  });

  it('at the very moment of its lease either prevents the start or is told to the executor', async () => {
    for (let turn = 0; turn < 20; turn++) {
      const { runId } = await bench.request();
      const [work] = await Promise.all([bench.source.lease('owner', 0), bench.cancel(runId)]);
      const state = (await bench.show(runId))?.state;
      if (work) {
        expect(work.specification.runId).toBe(runId);
        expect(state).toBe('CancelRequested');
        expect(await bench.source.renew(runId, work.fence)).toEqual({ cancelRequested: true });
        const why = { reason: 'gone', evidence: 'process-gone' };
        await bench.reporter.finish(runId, work.fence, {
          status: 'Canceled',
          why,
          exit: null,
          error: null,
          warnings: [],
        });
      } else {
        expect(state).toBe('Canceled');
      }
    }
  });

  it('that goes on tells its executor, asks once, and stays requested until the end is proved', async () => {
    const { runId } = await bench.request();
    const work = await bench.source.lease('owner', 0);
    let told = 0;
    const unwatch = bench.source.watchCancel?.(runId, () => void told++);
    await bench.cancel(runId);
    await bench.cancel(runId);
    unwatch?.();
    expect(told).toBeGreaterThan(0);
    await bench.reporter.changeState(runId, work?.fence ?? 0, 'Running', { reason: 'late' });
    expect(await bench.show(runId)).toMatchObject({ state: 'CancelRequested' });
    expect(await bench.announced(runId)).toEqual(['Queued', 'Starting', 'CancelRequested']);
    const why = { reason: 'no process is left', evidence: 'process-gone' };
    await bench.reporter.finish(runId, work?.fence ?? 0, {
      status: 'Canceled',
      why,
      exit: null,
      error: null,
      warnings: [],
    });
    const ends = await bench.service.published(runFinishedV1);
    expect(ends.filter((end) => end.runId === runId)).toMatchObject([{ status: 'Canceled', why }]);
  });

  it('that is final is refused', async () => {
    const { runId } = await bench.request();
    await bench.cancel(runId);
    const { error, response } = await bench.cancel(runId);
    expect(response.status).toBe(400);
    expect(error).toMatchObject({
      title: 'run-final',
      detail: expect.stringContaining('Canceled') as string,
    });
  });

  it('by something that is no run id is refused', async () => {
    const { error } = await bench.cancel('nonsense');
    expect(error).toMatchObject({ title: 'run-id-malformed' });
  });
});
