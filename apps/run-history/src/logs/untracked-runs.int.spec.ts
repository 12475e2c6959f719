import { environmentBuildingV1 } from '@aml/contracts';
import type { ServiceBench } from '@aml/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { append, aRecordedRun, finish, startRunHistory } from '../run-history.fixture';
import { UntrackedRunsSweeper } from './untracked-runs.sweeper';

describe('untracked runs', () => {
  let bench: ServiceBench;

  beforeAll(async () => {
    bench = await startRunHistory();
  });

  afterAll(() => bench.close());

  it('are forgotten a day after their end, with everything of them; tracked ones never', async () => {
    const now = new Date().toISOString();
    const runs = {
      old: await aRecordedRun(bench, { tracked: false }),
      silent: await aRecordedRun(bench, { tracked: false }),
      fresh: await aRecordedRun(bench, { tracked: false }),
      goingOn: await aRecordedRun(bench, { tracked: false }),
      tracked: await aRecordedRun(bench),
    };
    await append(bench, runs.old.runId, 0, 'text');
    await bench.clients.runHistory.POST('/runs/{runId}/logs/{stream}/seal', {
      params: { path: { runId: runs.old.runId, stream: 'stdout' } },
      body: { fence: 1, size: 4 },
    });
    const ids = { requestId: randomUUID(), buildId: randomUUID() };
    const building = { ...ids, runId: runs.old.runId, identity: 'a', expectedSeconds: null };
    await bench.publish(environmentBuildingV1, building);
    for (const name of ['old', 'silent', 'tracked'] as const) await finish(bench, runs[name].runId);
    await finish(bench, runs.fresh.runId, { scriptEndedAt: now });

    expect(await bench.get(UntrackedRunsSweeper).sweep()).toBe(2);
    const left = await bench.query<{ run_id: string }>('SELECT run_id FROM run');
    expect(left.map(({ run_id }) => run_id).sort()).toEqual(
      [runs.fresh, runs.goingOn, runs.tracked].map(({ runId }) => runId).sort(),
    );
    expect(await bench.query('SELECT 1 FROM run_build')).toEqual([]);
    expect(await bench.query('SELECT 1 FROM log_stream WHERE owner = $1', [runs.old.runId])).toEqual([]);
    expect(await bench.get(UntrackedRunsSweeper).sweep()).toBe(0);
  });
});
