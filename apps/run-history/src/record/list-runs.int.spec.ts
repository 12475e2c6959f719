import type { ServiceBench } from '@aml/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRecordedRun, finish, startRunHistory } from '../run-history.fixture';

describe('the list of runs', () => {
  let bench: ServiceBench;
  const projectId = randomUUID();
  const names = new Map<string, string>();

  /** Five runs, `a` to `e`, each a minute after the one before. */
  beforeAll(async () => {
    bench = await startRunHistory();
    const runs = [
      { name: 'a', tags: { team: 'x', stage: 'dev' }, accuracy: 0.5 },
      { name: 'b', tags: { team: 'y' }, accuracy: 0.9, script: 'other.py' },
      { name: 'c', tags: {}, accuracy: 0.7, target: 'docker' },
      { name: 'd', tags: {}, tracked: false },
      { name: 'e', tags: { team: 'x' }, note: 'fine' },
    ];
    for (const [index, given] of runs.entries()) {
      const { runId } = await aRecordedRun(bench, {
        projectId,
        name: given.name,
        tags: given.tags as Record<string, string>,
        script: given.script ?? 'train.py',
        tracked: given.tracked ?? true,
        runNumber: index + 1,
        submittedAt: `2024-01-01T00:0${index}:00Z`,
        target: { name: given.target ?? 'local' },
      });
      names.set(runId, given.name);
      const metrics = { accuracy: given.accuracy, note: given.note };
      const lines = Object.entries(metrics)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => JSON.stringify({ kind: 'metric', name, value, time: 0 }));
      await bench.clients.runHistory.POST('/runs/{runId}/metrics', {
        params: { path: { runId } },
        body: { fence: 1, offset: 0, end: 1, lines },
      });
      if (given.name === 'b') await finish(bench, runId, { durationSeconds: 9 });
      if (given.name === 'c') await finish(bench, runId, { status: 'Failed', exitCode: 1 });
    }
  });

  afterAll(() => bench.close());

  const list = async (query: Record<string, string>): Promise<string> => {
    const response = await bench.request(`/runs?${new URLSearchParams({ projectId, ...query })}`);
    const body = (await response.json()) as { items: { run_id: string }[] };
    return body.items.map(({ run_id }) => names.get(run_id)).join('');
  };

  it.each([
    ['the newest first, without hidden ones', {}, 'ecba'],
    ['hidden ones too', { hidden: 'true' }, 'edcba'],
    ['the oldest first', { sort: 'created_utc' }, 'abce'],
    ['by a metric, those without it last', { sort: '-metrics.accuracy' }, 'bcae'],
    ['by a metric, ascending', { sort: 'metrics.accuracy' }, 'acbe'],
    ['by duration, those without one last', { sort: 'duration' }, 'cbea'],
    ['by name', { sort: 'name' }, 'abce'],
    ['of a status, in any case', { status: 'completed' }, 'b'],
    ['of one of several states', { status: 'Completed,Failed' }, 'cb'],
    ['of a target', { target: 'docker' }, 'c'],
    ['of a script', { script: 'other.py' }, 'b'],
    ['with a tag', { tag: 'team' }, 'eba'],
    ['with a tag of a value', { tag: 'team=x' }, 'ea'],
    ['with all of several tags', { tag: 'team=x,stage' }, 'a'],
    ['with a name', { name: 'c' }, 'c'],
    ['since a time', { since: '2024-01-01T00:02:00Z' }, 'ec'],
    ['until a time', { until: '2024-01-01T00:02:00Z' }, 'ba'],
    ['with a metric', { metric: 'accuracy' }, 'cba'],
    ['with a metric above a value', { metric: 'accuracy>0.5' }, 'cb'],
    ['with a metric of a text', { metric: 'note=fine' }, 'e'],
  ])('shows %s', async (_, query, expected) => {
    expect(await list(query as unknown as Record<string, string>)).toBe(expected);
  });

  it('comes in pages that leave nothing out', async () => {
    const seen: string[] = [];
    let cursor: string | null = '0';
    while (cursor !== null) {
      const query: Record<string, string> = { projectId, hidden: 'true', limit: '2', cursor };
      const response = await bench.request(`/runs?${new URLSearchParams(query)}`);
      const page = (await response.json()) as {
        items: { run_id: string }[];
        next: string | null;
        total: number;
      };
      expect(page.total).toBe(5);
      seen.push(...page.items.map(({ run_id }) => names.get(run_id) ?? ''));
      cursor = page.next;
    }
    expect(seen.join('')).toBe('edcba');
  });

  it.each([
    ['a sort that there is not', { sort: 'colour' }, 'sort-malformed'],
    ['a filter that is none', { metric: 'a<b' }, 'filter-malformed'],
    ['a cursor that is none', { cursor: 'x' }, 'request-invalid'],
    ['a time that is none', { since: 'yesterday' }, 'request-invalid'],
    ['a page that is too large', { limit: '1001' }, 'request-invalid'],
  ])('refuses %s', async (_, query, code) => {
    const response = await bench.request(`/runs?${new URLSearchParams(query as Record<string, string>)}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ title: code });
  });
});
