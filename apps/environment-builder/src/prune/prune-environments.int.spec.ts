import { environmentPrunedV1 } from '@aml/contracts';
import { AppError } from '@aml/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BuilderBench, inputsOf } from '../environment-builder.fixture';

/** Each image of the engine in memory has this size. */
const IMAGE = 100_000_000;

describe('pruning', () => {
  let bench: BuilderBench;

  beforeEach(async () => {
    bench = await BuilderBench.start({ AML_IMAGE_BUDGET_BYTES: String(2 * IMAGE) });
  });

  afterEach(() => bench.close());

  const there = async (image: string | undefined): Promise<boolean> =>
    (await bench.engine.images.inspect(image ?? '')) !== undefined;

  it('removes what is named, once no run needs it any more', async () => {
    const made = await bench.make();
    const identities = [made.identity?.slice(0, 12)];
    const refused = await bench.prune({ identities });
    expect(refused.data).toMatchObject({ removed: [], kept: [{ reason: 'a run that goes on needs it' }] });
    await bench.finishRun(made.runId ?? '');
    const dry = await bench.prune({ identities, dryRun: true });
    expect(dry.data).toMatchObject({ removed: [{ identity: made.identity }], freedBytes: IMAGE });
    expect(await there(made.image)).toBe(true);
    expect((await bench.prune({ identities })).data?.removed).toHaveLength(1);
    expect(await there(made.image)).toBe(false);
    expect(await bench.service.published(environmentPrunedV1)).toMatchObject([
      { identity: made.identity, reason: 'asked' },
    ]);
  });

  it('knows that a run is over although its environment was answered later', async () => {
    const runId = 'Iris_1700000000001';
    await bench.finishRun(runId);
    const made = await bench.make({ runId });
    expect((await bench.prune({ identities: [made.identity] })).data?.removed).toHaveLength(1);
  });

  it('keeps the budget after each build: the least recently used go, never the new one', async () => {
    const made: (string | undefined)[] = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      const answer = await bench.make({ inputs: inputsOf(name) });
      await bench.finishRun(answer.runId ?? '');
      made.push(answer.image);
    }
    await expect.poll(async () => Promise.all(made.map(there))).toEqual([false, false, true, true]);
    const reasons = (await bench.service.published(environmentPrunedV1)).map(({ reason }) => reason);
    expect(reasons).toEqual(['budget', 'budget']);
  });

  it('removes layers that no environment is made from any more, and only those', async () => {
    const first = await bench.make({ inputs: { ...inputsOf('numpy'), conda: ['python=3.11', 'scipy'] } });
    const second = await bench.make({ inputs: { ...inputsOf('numpy'), conda: ['python=3.11', 'pandas'] } });
    const layers = async (): Promise<number> =>
      (await bench.engine.images.listByLabel([{ name: 'aml.kind', value: 'layer' }])).length;
    expect(await layers()).toBe(2);
    await bench.finishRun(first.runId ?? '');
    await bench.prune({ identities: [first.identity] });
    expect(await layers()).toBe(1);
    expect(await there(second.image)).toBe(true);
  });

  it('touches no image that is not ours, whatever its name', async () => {
    const made = await bench.make();
    await bench.finishRun(made.runId ?? '');
    bench.engine.images.add(made.image ?? '', { labels: {} });
    bench.engine.images.add('somebody/else:1');
    const { data } = await bench.prune({ all: true });
    expect(data).toMatchObject({
      removed: [],
      kept: [{ reason: expect.stringContaining('not an image of ours') as string }],
    });
    expect(await there(made.image)).toBe(true);
    expect(await there('somebody/else:1')).toBe(true);
  });

  it('keeps what the engine refuses to remove, with its reason', async () => {
    const made = await bench.make();
    await bench.finishRun(made.runId ?? '');
    bench.engine.images.remove = () =>
      Promise.reject(
        new AppError({ code: 'docker-image-in-use', message: 'a container has it', blame: 'target' }),
      );
    const { data } = await bench.prune({ identities: [made.identity] });
    expect(data?.kept).toMatchObject([{ reason: 'a container has it' }]);
  });

  it('of an environment makes room for it to be built again', async () => {
    const first = await bench.make();
    await bench.finishRun(first.runId ?? '');
    await bench.prune({ all: true });
    expect(await bench.make()).toMatchObject({ reused: false, identity: first.identity });
  });

  it('by project takes only what no other project uses', async () => {
    const shared = await bench.make();
    await bench.make({ projectName: 'Other' });
    const own = await bench.make({ inputs: inputsOf('own') });
    for (const { runId } of await bench.answers()) await bench.finishRun(runId ?? '');
    const { data } = await bench.prune({ projectName: 'Iris' });
    expect(data?.removed.map(({ identity }) => identity)).toEqual([own.identity]);
    expect(await there(shared.image)).toBe(true);
  });
});
