import { describe, expect, it } from 'vitest';
import { identityOf } from './environment-definition';
import { imageStages } from './image-stages';
import { planEnvironment, type EnvironmentPlan, type KnownEnvironment } from './plan-environment';
import type { Recipes } from './recipes';
import { definitionFrom, testBase, type Wish } from './test-environment';

const recipes: Recipes = {
  base: [{ path: 'Dockerfile', content: '' }],
  tool: [{ path: 'Dockerfile', content: '' }],
  debianImage: 'debian:12',
  extraPackages: [],
};
const start: Wish = { channels: ['cf'], conda: ['python=3.6', 'numpy'], pip: ['attrs', 'six'] };

async function plan(
  wish: Wish,
  present: (name: string) => boolean,
  known: Partial<KnownEnvironment> = {},
): Promise<EnvironmentPlan> {
  const definition = await definitionFrom(wish);
  const stages = imageStages({ definition, recipes, readFile: () => Promise.resolve(new Uint8Array()) });
  const tagsPresent = new Set(stages.filter((stage) => present(stage.name)).map((stage) => stage.tag));
  return planEnvironment(definition, stages, { tagsPresent, ...known });
}

describe('the plan of an environment', () => {
  it('reuses what is there', async () => {
    const hit = await plan(start, (name) => name === 'environment');
    expect(hit.action).toBe('reuse');
    expect(hit.identity).toBe(identityOf(await definitionFrom(start)));
    expect(hit.layers.map((layer) => layer.action)).toEqual(['none', 'none', 'none', 'none', 'reuse']);
  });

  it('says which layers are there and which are to be made', async () => {
    const miss = await plan(start, (name) => name !== 'environment' && name !== 'conda', {
      lastBuildSeconds: 12,
    });
    expect(miss.action).toBe('build');
    expect(miss.layers.map(({ name, action }) => `${name} ${action}`)).toEqual([
      'base reuse',
      'base-variant reuse',
      'tool reuse',
      'conda build',
      'environment build',
    ]);
    expect(miss.layers[3]?.reason).toBe('conda packages (3 asked for): not on the engine');
    expect(miss.lastBuildSeconds).toBe(12);
  });

  it.each<[string, Wish, readonly string[]]>([
    [
      'a conda package',
      { conda: ['python=3.6', 'pandas'] },
      ['conda package removed: numpy', 'conda package added: pandas'],
    ],
    ['a pip line', { pip: ['attrs', 'six==1.16'] }, ['pip line removed: six', 'pip line added: six==1.16']],
    ['the order of pip lines', { pip: ['six', 'attrs'] }, ['order of the pip lines: changed']],
    [
      'the base image',
      {
        input: {
          baseImage: { ...testBase, reference: 'debian:13', pin: { kind: 'image-id', id: 'sha256:22' } },
        },
      },
      ['base image: debian:12 (sha256:11) → debian:13 (sha256:22)'],
    ],
    [
      'the service',
      { input: { tool: 'new' } },
      ['this version of the service builds environments differently'],
    ],
    ['nothing', {}, []],
  ])('names %s as the cause', async (_, change, cause) => {
    const previous = await definitionFrom(start);
    expect((await plan({ ...start, ...change }, () => false, { previous })).cause).toEqual(cause);
  });
});
