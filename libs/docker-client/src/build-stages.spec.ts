import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '@aml/errors';
import { buildEnvironmentImage } from './build-stages';
import { FakeDockerEngine } from './fake-docker-engine';
import type { StageToBuild, StageToPull } from './stage';

const pull: StageToPull = {
  kind: 'pull',
  name: 'base',
  tag: 'aml-base:1',
  reference: 'debian:12',
  platform: 'linux/amd64',
};

function build(name: string, more: Partial<StageToBuild> = {}): StageToBuild {
  return {
    kind: 'build',
    name,
    tag: `aml-${name}:1`,
    title: name,
    dockerfile: `FROM x\nRUN --mount=type=secret,id=aml-ca,target=/run/secrets/aml-ca ${name}\n`,
    files: [{ path: 'a.txt', content: 'a' }],
    folders: [],
    buildArgs: {},
    labels: { 'aml.owner': 'aml' },
    platform: 'linux/amd64',
    ...more,
  };
}

const lock = new Map([
  ['/opt/aml/lock/pip.txt', Buffer.from('# a comment\nattrs==23.1.0\nsix==1.17.0\n')],
  ['/opt/aml/lock/conda.json', Buffer.from('{"packages": [], "notes": ["a note"]}')],
]);

let engine: FakeDockerEngine;

beforeEach(() => {
  engine = new FakeDockerEngine();
  engine.images.pullable.set('debian:12', {});
  engine.images.onBuild = () => lock;
});

describe('building the images of an environment', () => {
  it('makes what is not there, in order, and gives the lock of the last', async () => {
    const built = await buildEnvironmentImage(engine, [pull, build('tool'), build('env')]);
    expect(built.stages.map(({ name, action }) => `${name} ${action}`)).toEqual([
      'base pulled',
      'tool built',
      'env built',
    ]);
    expect(built.lock).toEqual({
      conda: { packages: [], notes: ['a note'] },
      pip: ['attrs==23.1.0', 'six==1.17.0'],
    });
    expect(built.tag).toBe('aml-env:1');
    expect(await engine.images.inspect('aml-base:1')).toBeDefined();
    expect(await engine.containers.listByLabel([])).toEqual([]);
  });

  it('does nothing when the last is there', async () => {
    engine.images.add('aml-env:1', {}, lock);
    const built = await buildEnvironmentImage(engine, [pull, build('tool'), build('env')]);
    expect(built.stages).toEqual([]);
    expect(engine.images.builds).toEqual([]);
    expect(built.lock.pip).toHaveLength(2);
  });

  it('gives secrets to BuildKit and keeps them out of the context', async () => {
    await buildEnvironmentImage(engine, [build('env')], {
      secrets: { 'aml-ca': 'PEM' },
      proxies: { http_proxy: 'p' },
    });
    const [request] = engine.images.builds;
    expect(request?.secrets).toEqual({ 'aml-ca': 'PEM' });
    expect(request?.buildArgs).toEqual({ http_proxy: 'p' });
    const context = Array.isArray(request?.context) ? request.context : [];
    expect(context.map((file: { path: string }) => file.path)).toEqual(['a.txt', 'Dockerfile']);
  });

  it('copies them into a stage that is thrown away where there is only the classic builder', async () => {
    engine.engineInfo = { ...engine.engineInfo, buildkit: false };
    engine.images.add('left-over', { labels: { 'aml.throwaway': 'aml-env:1' } });
    await buildEnvironmentImage(engine, [build('env')], { secrets: { 'aml-ca': 'PEM' } });
    const [request] = engine.images.builds;
    expect(request?.secrets).toBeUndefined();
    const context = Array.isArray(request?.context) ? request.context : [];
    const text = context.find((file: { path: string }) => file.path === 'Dockerfile')?.content;
    expect(text).toBe('FROM x\nCOPY .aml-secrets/aml-ca /run/secrets/aml-ca\nRUN env\n');
  });

  it('refuses a base image that has changed since it was pinned', async () => {
    const pinned = { ...pull, imageId: 'sha256:1234567890abcdef' };
    await expect(buildEnvironmentImage(engine, [pinned, build('env')])).rejects.toMatchObject({
      code: 'environment-base-changed',
    });
  });

  it('gives the reason that the build gave', async () => {
    engine.images.onBuild = (request) => {
      request.onOutput?.('aml-error: {"code": "environment-unsolvable", "message": "no", "hint": "loosen"}');
      throw new AppError({ code: 'docker-build-failed', message: 'code 1', blame: 'target' });
    };
    const seen: string[] = [];
    const building = buildEnvironmentImage(engine, [build('env')], { onOutput: (line) => seen.push(line) });
    await expect(building).rejects.toMatchObject({
      code: 'environment-unsolvable',
      message: 'no',
      hint: 'loosen',
    });
    expect(seen).toEqual(['==> env']);
  });

  it('stops between two images when the caller gives up', async () => {
    const controller = new AbortController();
    const reason = new Error('given up');
    engine.images.onBuild = () => {
      controller.abort(reason);
    };
    const building = buildEnvironmentImage(engine, [build('tool'), build('env')], {
      signal: controller.signal,
    });
    await expect(building).rejects.toBe(reason);
    expect(engine.images.builds).toHaveLength(1);
  });
});
