import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DispatcherBench } from '../dispatcher.fixture';

const handle = { runFolder: '/work/runs/x', host: 'here' } as never;

describe('a lease', () => {
  let bench: DispatcherBench;

  beforeAll(async () => {
    bench = await DispatcherBench.start({ AML_LOCAL_CONCURRENT_RUNS: '50' });
  });

  afterAll(() => bench.close());

  it('is had by one executor only, however many ask', async () => {
    const { runId } = await bench.request();
    const works = await Promise.all([...Array(10).keys()].map((n) => bench.source.lease(`owner ${n}`, 0)));
    expect(works.filter((work) => work?.specification.runId === runId)).toHaveLength(1);
    expect(await bench.show(runId)).toMatchObject({ state: 'Starting', lease: { fence: 1 } });
  });

  it('is taken over when it runs out, with what is needed to find the run; the old holder is refused', async () => {
    const { runId } = await bench.request();
    const first = await bench.source.lease('first', 0);
    expect(first).toMatchObject({ fence: 1, handle: null });
    await bench.source.saveHandle(runId, 1, handle);
    await bench.reporter.changeState(runId, 1, 'Running', { reason: 'the script is running' });
    expect(await bench.source.lease('second', 0)).toBeUndefined();
    await bench.expireLease(runId);
    const second = await bench.source.lease('second', 0);
    expect(second).toMatchObject({ specification: { runId }, fence: 2, state: 'Running', handle });
    const why = { reason: 'stale' };
    const outcome = { status: 'Failed', why, exit: null, error: null, warnings: [] } as const;
    for (const stale of [
      () => bench.source.renew(runId, 1),
      () => bench.source.saveHandle(runId, 1, handle),
      () => bench.reporter.changeState(runId, 1, 'Finalizing', why),
      () => bench.reporter.finish(runId, 1, outcome),
    ]) {
      await expect(stale()).rejects.toMatchObject({ code: 'lease-lost' });
    }
    expect(await bench.source.renew(runId, 2)).toEqual({ cancelRequested: false });
    expect(await bench.show(runId)).toMatchObject({ state: 'Running', lease: { owner: 'second', fence: 2 } });
  });

  it('of a run that somebody left goes before the queue', async () => {
    const { runId } = await bench.request();
    await bench.source.lease('gone', 0);
    await bench.request();
    await bench.expireLease(runId);
    expect((await bench.source.lease('next', 0))?.specification.runId).toBe(runId);
  });

  it('is waited for, and given as soon as a run arrives', async () => {
    while (await bench.source.lease('sweep', 0));
    const waiting = bench.source.lease('patient', 10_000);
    const { runId } = await bench.request();
    expect((await waiting)?.specification.runId).toBe(runId);
  });

  it('ends with the run: its holder can say nothing more', async () => {
    const { runId } = await bench.request();
    const work = await bench.source.lease('owner', 0);
    const why = { reason: 'exit code 3', evidence: 'exit-record' };
    await bench.reporter.changeState(runId, 1, 'Running', why);
    const outcome = { status: 'Failed', why, exit: null, error: null, warnings: ['w'] } as const;
    await bench.reporter.finish(runId, work?.fence ?? 0, outcome);
    expect(await bench.announced(runId)).toEqual(['Queued', 'Starting', 'Running', 'Finalizing', 'Failed']);
    await expect(bench.source.renew(runId, 1)).rejects.toMatchObject({ code: 'lease-lost' });
    await expect(bench.reporter.finish(runId, 1, outcome)).rejects.toMatchObject({ code: 'lease-lost' });
    expect(await bench.show(runId)).toMatchObject({ state: 'Failed', lease: null });
  });

  it('of a thousand queued runs is found fast', async () => {
    await bench.service.query(
      `INSERT INTO dispatched_run (run_id, project_id, target_key, state, reason, ready, specification)
       SELECT 'Many_' || n, '00000000-0000-4000-8000-000000000002', 'full', 'Queued', '', true, '{}' FROM generate_series(1, 2000) n`,
    );
    await bench.service.query(
      `UPDATE dispatched_run SET state = 'Running', lease_until = now() + interval '1 hour' WHERE target_key = 'full' AND seq <= (SELECT min(seq) + 50 FROM dispatched_run WHERE target_key = 'full')`,
    );
    const started = performance.now();
    expect(await bench.source.lease('owner', 0)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
