import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '@aml/errors';
import type { BuildRequest } from './build-request';
import { connectDocker } from './connect-docker';

const base = process.env['AML_TEST_BASE_IMAGE'] ?? 'debian:bookworm-slim';
const label = 'aml.test.build-image';
const run = `${process.pid}-${Date.now()}`;
const engine = connectDocker({ env: process.env });
const tag = (name: string): string => `aml-test-build:${run}-${name}`;

function request(
  name: string,
  steps: string,
  more: Partial<BuildRequest> = {},
): BuildRequest & { lines: string[] } {
  const lines: string[] = [];
  return {
    tag: tag(name),
    context: [{ path: 'Dockerfile', content: `FROM ${base}\n${steps}\n` }],
    labels: { [label]: run },
    onOutput: (line) => lines.push(line),
    lines,
    ...more,
  };
}

async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw error;
}

describe.each([
  ['BuildKit', true],
  ['the classic builder', false],
])('a build with %s', (_, useBuildKit) => {
  const kind = useBuildKit ? 'new' : 'old';

  it('gives an image with its labels, and the output line by line', async () => {
    const build = request(kind, `ARG WORD\nRUN echo "said $WORD" && echo second >&2`, {
      useBuildKit,
      buildArgs: { WORD: `to-${run}` },
    });
    const { imageId } = await engine.images.build(build);
    expect(imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await engine.images.inspect(build.tag)).toMatchObject({ id: imageId, labels: { [label]: run } });
    expect(build.lines).toContain(`said to-${run}`);
    expect(build.lines).toContain('second');
    expect(build.lines.some((line) => line.includes('RUN echo "said'))).toBe(true);
  });

  it('says which step failed', async () => {
    const build = request(`${kind}-fail`, 'RUN echo before-it-fails && exit 3', { useBuildKit });
    const error = await failureOf(engine.images.build(build));
    expect(error.code).toBe('docker-build-failed');
    expect(error.message).toMatch(/the step `echo before-it-fails && exit 3` ended with code 3/);
    expect(build.lines).toContain('before-it-fails');
  });

  it('names the base image that cannot be had', async () => {
    const context = [{ path: 'Dockerfile', content: 'FROM localhost:9/aml-absent:1\n' }];
    const error = await failureOf(engine.images.build(request(`${kind}-base`, '', { useBuildKit, context })));
    expect(error.code).toBe('docker-pull-failed');
    expect(error.message).toContain('The base image "localhost:9/aml-absent:1" is not on the engine');
  });

  it('stops when the caller gives up', async () => {
    const controller = new AbortController();
    const reason = new Error('given up');
    const build = request(`${kind}-abort`, `RUN echo started-${kind}-${run} && sleep 600`, {
      useBuildKit,
      onOutput: (line) => line.startsWith(`started-${kind}`) && controller.abort(reason),
    });
    await expect(engine.images.build(build, { signal: controller.signal })).rejects.toBe(reason);
  });
});

describe('a build with secrets', () => {
  afterAll(async () => {
    for (const image of await engine.images.listByLabel([{ name: label, value: run }])) {
      for (const name of image.tags) await engine.images.remove(name);
    }
  });

  it('shows them to the step that mounts them and leaves nothing in the image', async () => {
    const steps =
      'RUN --mount=type=secret,id=word,target=/run/secrets/word --mount=type=secret,id=none,target=/run/secrets/none ' +
      `echo ${run}; sha256sum < /run/secrets/word; test ! -e /run/secrets/none && echo no-none`;
    const build = request('secret', steps, { secrets: { word: 'swordfish' } });
    await engine.images.build(build);
    expect(build.lines).toContain('b9f195c5cc7ef6afadbfbc42892ad47d3b24c6bc94bb510c4564a90a14e8b799  -');
    expect(build.lines).toContain('no-none');
    const { id } = await engine.containers.create({
      name: `aml-test-secret-${run}`,
      image: build.tag,
      argv: ['sh', '-c', 'grep -r swordfish /run /etc /tmp; test $? = 1'],
      labels: {},
      networkMode: 'none',
    });
    await engine.containers.start(id);
    expect(await engine.containers.wait(id)).toEqual({ exitCode: 0 });
    await engine.containers.remove(id);
  });

  it('keeps a cache between builds', async () => {
    const step = (word: string): string =>
      `RUN --mount=type=cache,id=aml-test-${run},target=/cache,sharing=locked echo ${word} >> /cache/words && echo words: $(cat /cache/words)`;
    // The words differ from run to run: the name of a cache mount is no part of what BuildKit compares.
    await engine.images.build(request('cache-1', step(`one-${run}`)));
    const second = request('cache-2', step(`two-${run}`));
    await engine.images.build(second);
    expect(second.lines).toContain(`words: one-${run} two-${run}`);
  });

  it('still gives a secret that is asked for after a long step', async () => {
    const steps =
      `RUN echo ${run} && sleep 40\n` +
      'RUN --mount=type=secret,id=late,target=/run/secrets/late grep -q swordfish /run/secrets/late';
    const build = request('late', steps, { secrets: { late: 'swordfish' } });
    expect((await engine.images.build(build)).imageId).toMatch(/^sha256:/);
  });

  it('refuses secrets with the classic builder instead of writing them into the image', async () => {
    const build = request('refused', 'RUN true', { secrets: { word: 'x' }, useBuildKit: false });
    expect((await failureOf(engine.images.build(build))).code).toBe('docker-secrets-need-buildkit');
  });
});
