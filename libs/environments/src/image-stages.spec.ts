import { describe, expect, it } from 'vitest';
import { factsOfOwnBase } from './base-image';
import type { EnvironmentDefinition } from './environment-definition';
import type { BuildStage, ImageStage } from './image-stage';
import { imageStages } from './image-stages';
import { ownBasePin, ownBaseTag, toolHash, toolTag, type Recipes } from './recipes';
import { definitionFrom, testBase, type Wish } from './test-environment';

const recipes: Recipes = {
  base: [{ path: 'Dockerfile', content: 'FROM x' }],
  tool: [
    { path: 'Dockerfile', content: 'FROM y' },
    { path: 'install.py', content: 'z' },
  ],
  debianImage: 'debian:bookworm-slim',
  extraPackages: [],
};

const readFile = (path: string): Promise<Uint8Array> => Promise.resolve(new TextEncoder().encode(path));

async function stagesOf(
  wish: Wish,
  more: Partial<Parameters<typeof imageStages>[0]> = {},
): Promise<readonly ImageStage[]> {
  return imageStages({ definition: await definitionFrom(wish), recipes, readFile, ...more });
}

function built(stages: readonly ImageStage[], name: string): BuildStage {
  const stage = stages.find((candidate) => candidate.name === name);
  if (stage?.kind === 'build') return stage;
  throw new Error(`no stage ${name}`);
}

const names = (stages: readonly ImageStage[]): readonly string[] =>
  stages.map((stage) => `${stage.kind} ${stage.name}`);

describe('the images of an environment', () => {
  it('are the base, the tools, the conda layer, Spark, and the environment', async () => {
    const stages = await stagesOf({
      conda: ['python=3.11'],
      pip: ['attrs'],
      input: { framework: 'PySpark' },
    });
    expect(names(stages)).toEqual([
      'pull base',
      'build base-variant',
      'build tool',
      'build conda',
      'build spark',
      'build environment',
    ]);
    expect(stages[0]).toMatchObject({ reference: 'debian@sha256:11' });
    expect(built(stages, 'environment').dockerfile).toContain(`FROM ${built(stages, 'spark').tag}\n`);
    expect(built(stages, 'spark').dockerfile).toContain(`FROM ${built(stages, 'conda').tag}\n`);
  });

  it('start from our own base image where that is the base', async () => {
    const facts = factsOfOwnBase('debian:bookworm-slim', true) ?? testBase.facts;
    const baseImage = { reference: 'builtin', pin: ownBasePin(recipes, 'spark'), facts };
    const stages = await stagesOf({ pip: ['attrs'], input: { baseImage } });
    expect(names(stages)).toEqual(['build base', 'build base-variant', 'build tool', 'build environment']);
    expect(built(stages, 'environment').dockerfile).toContain(`FROM ${ownBaseTag(recipes, 'spark')}\n`);
    expect(built(stages, 'base-variant').buildArgs).toMatchObject({
      JAVA_PACKAGE: 'openjdk-17-jre-headless',
    });
    expect(built(stages, 'tool').buildArgs).toEqual({ BASE: ownBaseTag(recipes, 'python') });
  });

  it('solve with what the definition says, in the tool image only', async () => {
    const stages = await stagesOf({
      channels: ['/srv/channel', 'nodefaults'],
      conda: ['python=3.6', 'file:///srv/channel::own'],
    });
    const conda = built(stages, 'conda');
    expect(conda.dockerfile).toMatch(new RegExp(`^FROM ${toolTag(recipes)} AS solve\n`));
    expect(conda.dockerfile).toMatch(/\nCOPY --from=solve \/opt\/aml \/opt\/aml\n$/);
    expect(conda.folders).toEqual([
      { source: '/srv/channel', path: 'channels/0', include: ['noarch', 'linux-64', 'linux-aarch64'] },
    ]);
    const specification: unknown = JSON.parse(String(conda.files[0]?.content));
    expect(specification).toMatchObject({
      channels: [{ url: 'file:///aml-channels/0', name: 'file:///srv/channel' }],
      packages: ['file:///aml-channels/0::own', 'python=3.6'],
      platform: 'linux-64',
      locked: null,
    });
  });

  it('mount tools, caches and secrets instead of copying them', async () => {
    const { dockerfile } = built(await stagesOf({ conda: ['python'], pip: ['attrs'] }), 'environment');
    const step = dockerfile.split('\n').find((line) => line.startsWith('RUN '));
    expect(step).toContain('--mount=type=bind,from=tool,source=/opt/aml-tool,target=/opt/aml-tool');
    expect(step).toContain('--mount=type=cache,id=aml-uv,target=/aml-cache,sharing=locked');
    expect(step).toContain('--mount=type=secret,id=aml-ca,');
    expect(dockerfile).not.toMatch(/# syntax=|<<|COPY --from=tool/);
    expect(dockerfile.trimEnd().split('\n').at(-1)).toMatch(
      /^ENV PATH="\/opt\/aml\/env\/bin:\/usr\/bin:\/bin" AML_ENVIRONMENT=/,
    );
  });

  it('install in an image that is thrown away where there is only the classic builder', async () => {
    const { classicDockerfile, tag } = built(
      await stagesOf({ conda: ['python'], pip: ['attrs'] }),
      'environment',
    );
    const [first, second] = classicDockerfile?.split(/(?=FROM aml-base)/) ?? [];
    expect(first).toContain(`LABEL aml.throwaway=${tag}`);
    expect(first).toContain('--mount=type=secret');
    expect(second).not.toContain('RUN');
  });

  it('bring the files that the pip list names, and keep them only for editable lines', async () => {
    const files = { 'w/own-1-py3-none-any.whl': 'w', 'lib/setup.py': 's' };
    const wheel = built(await stagesOf({ pip: ['./w/own-1-py3-none-any.whl'], files }), 'environment');
    expect(wheel.files.map((file) => file.path)).toEqual([
      'pip/requirements.txt',
      'src/w/own-1-py3-none-any.whl',
    ]);
    expect(wheel.dockerfile).toContain('--mount=type=bind,source=src,target=/opt/aml/src,rw');
    const editable = built(await stagesOf({ pip: ['-e ./lib'], files }), 'environment');
    expect(editable.dockerfile).toContain('COPY src /opt/aml/src');
  });

  it('name the index as options, quoted for the shell', async () => {
    const settings = { pipIndexUrl: "https://i.example/it's?a&b" };
    const { dockerfile } = built(await stagesOf({ pip: ['attrs'], settings }), 'environment');
    expect(dockerfile).toContain(`--index-url 'https://i.example/it'\\''s?a&b'`);
  });

  it('stay within a lock', async () => {
    const lock = {
      conda: {
        packages: [{ name: 'python', version: '3.11.2', build: '0', subdir: 'linux-64', url: 'u' }],
        notes: [],
      },
      pip: ['attrs==23.1.0', 'own @ file:///x'],
    };
    const stages = await stagesOf({ conda: ['python'], pip: ['attrs'] }, { lock });
    expect(String(built(stages, 'conda').files[0]?.content)).toContain('"3.11.2"');
    expect(built(stages, 'environment').files[1]).toEqual({
      path: 'pip/constraints.txt',
      content: 'attrs==23.1.0\n',
    });
  });

  it('carry labels and tags that say whose they are and what they are made from', async () => {
    const definition: EnvironmentDefinition = await definitionFrom({ conda: ['python'] });
    const stages = imageStages({ definition, recipes, readFile });
    expect(built(stages, 'environment').labels).toMatchObject({
      'aml.owner': 'aml',
      'aml.kind': 'environment',
    });
    expect(built(stages, 'environment').tag).toMatch(/^aml-env:[0-9a-f]{32}$/);
    expect(built(stages, 'tool').labels['aml.identity']).toBe(toolHash(recipes));
  });
});
