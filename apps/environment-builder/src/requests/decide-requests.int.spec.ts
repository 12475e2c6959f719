import { environmentBuildingV1, environmentReadyV1 } from '@aml/contracts';
import { AppError } from '@aml/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BuilderBench, inputsOf } from '../environment-builder.fixture';

describe('a request for an environment', () => {
  let bench: BuilderBench;

  beforeEach(async () => {
    bench = await BuilderBench.start();
  });

  afterEach(() => bench.close());

  /** Builds wait until `release` is called. */
  const holdBuilds = (): (() => void) => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    bench.engine.images.onBuild = async ({ tag }) => {
      if (tag.startsWith('aml-env:')) await released;
    };
    return release;
  };

  it('is answered with a new environment, and later with the same one at once', async () => {
    const first = await bench.make();
    expect(first).toMatchObject({ reused: false, image: expect.stringContaining('aml-env:') as string });
    expect(first.buildId).not.toBeNull();
    const started = performance.now();
    const second = await bench.make();
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(second).toMatchObject({
      reused: true,
      buildId: null,
      identity: first.identity,
      image: first.image,
    });
    expect(bench.environmentBuilds()).toBe(1);
    const { data } = await bench.service.clients.environmentBuilder.GET('/environments', {});
    expect(data?.items).toMatchObject([{ identity: first.identity, status: 'ready', projects: ['Iris'] }]);
  });

  it('made by many at once is built once, and each is answered', async () => {
    const release = holdBuilds();
    const requests = await bench.request(...[...Array(250).keys()].map(() => ({})));
    await expect.poll(async () => (await bench.service.published(environmentBuildingV1)).length).toBe(250);
    const [late] = await bench.request({});
    await expect.poll(async () => (await bench.service.published(environmentBuildingV1)).length).toBe(251);
    release();
    await bench.answer(late?.requestId ?? '');
    await expect.poll(async () => (await bench.answers()).length).toBe(251);
    const ready = await bench.service.published(environmentReadyV1);
    expect(new Set(ready.map(({ requestId }) => requestId)).size).toBe(requests.length + 1);
    expect(new Set(ready.map(({ buildId }) => buildId)).size).toBe(1);
    expect(bench.environmentBuilds()).toBe(1);
  });

  it('that comes in the moment in which the build ends is answered too', async () => {
    for (let turn = 0; turn < 5; turn++) {
      const inputs = inputsOf(`package-${turn}`);
      const release = holdBuilds();
      await bench.request({ inputs });
      await expect.poll(() => bench.environmentBuilds()).toBe(turn + 1);
      release();
      const late = await Promise.all([...Array(5).keys()].map(() => bench.request({ inputs })));
      for (const [request] of late) {
        expect(await bench.answer(request?.requestId ?? '')).toMatchObject({ runId: request?.runId });
      }
    }
  });

  it('is refused where building is not allowed, with the command that prepares it', async () => {
    const answer = await bench.make({ buildAllowed: false });
    expect(answer.error).toMatchObject({
      code: 'environment-not-prepared',
      hint: 'aml experiment prepare -c docker',
    });
    expect(bench.environmentBuilds()).toBe(0);
    await bench.make();
    expect(await bench.make({ buildAllowed: false })).toMatchObject({ reused: true });
  });

  it('whose build fails fails for all that waited, and the next one tries again', async () => {
    bench.engine.images.onBuild = ({ tag, onOutput }) => {
      if (!tag.startsWith('aml-env:')) return;
      onOutput?.('ERROR: no matching distribution');
      throw new AppError({ code: 'docker-build-failed', message: 'failed', blame: 'user' });
    };
    const requests = await bench.request({}, {}, {});
    for (const { requestId } of requests) {
      const { error, identity } = await bench.answer(requestId);
      expect(error).toMatchObject({ message: expect.stringContaining('no matching distribution') as string });
      expect(identity).not.toBeNull();
    }
    const buildId = (await bench.answers())[0]?.buildId ?? '';
    const log = await (await bench.service.request(`/builds/${buildId}/log`)).text();
    expect(log).toContain('no matching distribution');
    bench.engine.images.onBuild = () => undefined;
    expect(await bench.make()).toMatchObject({ reused: false });
  });

  it('that cannot be met is refused with the reasons and the file', async () => {
    const { error } = await bench.make({ inputs: { ...inputsOf('numpy'), conda: ['python=banana'] } });
    expect(error?.message).toContain('aml_config/conda_dependencies.yml');
  });

  it('is refused where there is no engine, as the target’s fault', async () => {
    bench.engine.failWith(
      new AppError({ code: 'docker-engine-missing', message: 'no engine', blame: 'target' }),
    );
    expect((await bench.make()).error).toMatchObject({ code: 'docker-engine-missing' });
  });

  it('is not held up by another whose base image takes long to pull', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const pull = bench.engine.images.pull.bind(bench.engine.images);
    bench.engine.images.pull = async (reference, options) => {
      if (reference === 'slow:1') await released;
      return pull(reference, options);
    };
    bench.engine.images.pullable.set('slow:1', {});
    const [slow] = await bench.request({ inputs: { ...inputsOf('numpy'), baseImage: 'slow:1' } });
    expect(await bench.make()).toMatchObject({ reused: false });
    expect((await bench.answers()).map(({ requestId }) => requestId)).not.toContain(slow?.requestId);
    release();
    await bench.answer(slow?.requestId ?? '');
  });

  it('survives a restart in the middle of the build', async () => {
    const release = holdBuilds();
    const [request] = await bench.request({});
    await expect.poll(() => bench.environmentBuilds()).toBe(1);
    const restarting = bench.service.restart();
    release();
    await restarting;
    bench.engine.images.onBuild = () => undefined;
    expect(await bench.answer(request?.requestId ?? '')).toMatchObject({ runId: request?.runId });
  });

  it('tells over HTTP how far it is', async () => {
    const release = holdBuilds();
    const [request] = await bench.request({ runId: null });
    const params = { path: { requestId: request?.requestId ?? '' }, query: { waitSeconds: 5 } };
    const ask = async () =>
      (await bench.service.clients.environmentBuilder.GET('/requests/{requestId}', { params })).data;
    await expect.poll(async () => (await ask())?.state).toBe('building');
    release();
    await expect.poll(async () => (await ask())?.state).toBe('ready');
    expect(await ask()).toMatchObject({ reused: false, image: expect.stringContaining('aml-env') as string });
  });
});
