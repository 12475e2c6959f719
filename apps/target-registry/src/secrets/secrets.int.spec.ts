import { runFinishedV1, runRequestedV1, type RunSpecification } from '@aml/contracts';
import { SecretBox } from '@aml/secrets';
import { parseSettings } from '@aml/service-kit';
import { aRunFinished, aRunSpecification, ServiceBench } from '@aml/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TargetRegistryModule, TargetRegistrySettings } from '../app.module';

const VALUE = 'correct horse battery staple';

describe('stored secrets', () => {
  let bench: ServiceBench;
  let box: SecretBox;

  beforeAll(async () => {
    const { settings } = parseSettings({ settings: TargetRegistrySettings }, {});
    box = new SecretBox({ id: 'k1', key: randomBytes(32) });
    bench = await ServiceBench.start({
      name: 'target-registry',
      module: TargetRegistryModule,
      register: (platform) =>
        TargetRegistryModule.register(platform, settings, { drivers: new Map(), secretBox: box }),
    });
  });

  afterAll(() => bench.close());

  const store = async (): Promise<string> =>
    (await bench.send<{ reference: string }>('POST', '/secrets', { value: VALUE, label: 'vm' })).data
      ?.reference ?? '';

  const requestRun = async (...references: string[]): Promise<RunSpecification> => {
    const environmentVariables = Object.fromEntries(references.map((each, index) => [`S${index}`, each]));
    const specification = aRunSpecification({ environmentVariables });
    await bench.publish(runRequestedV1, { specification });
    return specification;
  };

  const resolve = (runId: string, ...references: string[]) =>
    bench.send<{ values: Record<string, string> }>('POST', '/secrets/resolve', {
      runId,
      fence: 3,
      references,
    });

  it('are sealed: neither the database nor any answer shows a value', async () => {
    const reference = await store();
    expect(reference).toMatch(/^AzureMlSecret=[0-9a-f-]{36}$/);
    const rows = await bench.query('SELECT secret::text FROM secret');
    expect(JSON.stringify(rows)).not.toContain(VALUE);
    const list = await (await bench.request('/secrets')).text();
    expect(list).toContain(reference);
    expect(list).not.toContain(VALUE);
  });

  it('are opened for a run that refers to them, and every use is written down', async () => {
    const reference = await store();
    const { runId } = await requestRun(reference);
    expect((await resolve(runId, reference)).data).toEqual({ values: { [reference]: VALUE } });
    const uses = await bench.query('SELECT run_id, fence, caller FROM secret_use WHERE run_id = $1', [runId]);
    expect(uses).toEqual([{ run_id: runId, fence: 3, caller: 'tester' }]);
  });

  it('are refused to a run that does not refer to them, without a trace of use', async () => {
    const reference = await store();
    const { runId } = await requestRun(await store());
    const { response, error } = await resolve(runId, reference);
    expect(response.status).toBe(403);
    expect(error?.detail).toContain('does not refer to');
    expect(await bench.query('SELECT 1 FROM secret_use WHERE run_id = $1', [runId])).toEqual([]);
  });

  it('are refused once the run is over', async () => {
    const reference = await store();
    const { runId } = await requestRun(reference);
    await bench.publish(runFinishedV1, aRunFinished({ runId, status: 'Failed', exitCode: 1 }));
    expect((await resolve(runId, reference)).error).toMatchObject({ title: 'not-allowed' });
  });

  it('of a run that has not arrived yet are to be asked for again', async () => {
    const { response, error } = await resolve(aRunSpecification().runId, await store());
    expect(response.status).toBe(503);
    expect(error?.error).toMatchObject({ code: 'run-not-known', retryable: true });
  });

  it('that do not exist, or no longer, are named with the way out', async () => {
    const reference = await store();
    const nonsense = 'AzureMlSecret=nonsense';
    const { runId } = await requestRun(reference, nonsense);
    const id = reference.split('=')[1] ?? '';
    expect(await (await bench.request(`/secrets/${id}`, { method: 'DELETE' })).json()).toEqual({
      deleted: true,
    });
    expect(await (await bench.request(`/secrets/${randomUUID()}`, { method: 'DELETE' })).json()).toEqual({
      deleted: false,
    });
    for (const gone of [reference, nonsense]) {
      const { error } = await resolve(runId, gone);
      expect(error?.error).toMatchObject({
        code: 'secret-unknown',
        hint: expect.stringContaining('aml') as string,
      });
    }
  });
});
