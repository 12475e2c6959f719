import { environmentReadyV1, type EnvironmentLock } from '@aml/contracts';
import type { ServiceBench } from '@aml/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRecordedRun, startRunHistory } from '../run-history.fixture';

describe('comparing two runs', () => {
  let bench: ServiceBench;

  beforeAll(async () => {
    bench = await startRunHistory();
  });

  afterAll(() => bench.close());

  const equip = async (runId: string, numpy: string, accuracy: number): Promise<void> => {
    const lock: EnvironmentLock = {
      conda: [{ name: 'python', version: '3.11', build: '0', channel: 'main' }],
      pip: [{ name: 'numpy', version: numpy }],
      python: '3.11',
      baseImage: null,
    };
    await bench.publish(environmentReadyV1, {
      requestId: randomUUID(),
      runId,
      identity: 'a'.repeat(64),
      engine: 'local',
      image: 'i',
      imageId: 'i',
      buildId: null,
      reused: true,
      seconds: 0,
      lock,
      warnings: [],
    });
    const line = JSON.stringify({ kind: 'metric', name: 'accuracy', value: accuracy, time: 0 });
    await bench.clients.runHistory.POST('/runs/{runId}/metrics', {
      params: { path: { runId } },
      body: { fence: 1, offset: 0, end: 1, lines: [line] },
    });
  };

  it('shows what differs and nothing else: arguments, configuration, packages, metrics, snapshots', async () => {
    const a = await aRecordedRun(bench, { arguments: ['--alpha', '0.1'] });
    const b = await aRecordedRun(bench, {
      arguments: ['--alpha', '0.2'],
      environmentVariables: { SEED: '1' },
      snapshot: { id: '1'.repeat(64), files: 2, bytes: 2 },
    });
    await equip(a.runId, '1.0', 0.5);
    await equip(b.runId, '2.0', 0.75);
    const { data } = await bench.clients.runHistory.GET('/compare', {
      params: { query: { a: a.runId, b: b.runId } },
    });
    expect(data).toMatchObject({
      arguments: { a: ['--alpha', '0.1'], b: ['--alpha', '0.2'], same: false },
      configuration: [{ key: 'environmentVariables.SEED', a: null, b: '1' }],
      packages: [{ name: 'numpy', manager: 'pip', a: '1.0', b: '2.0' }],
      metrics: [{ name: 'accuracy', a: 0.5, b: 0.75, difference: 0.25 }],
      outputs: [],
      snapshots: { same: false },
    });
  });
});
