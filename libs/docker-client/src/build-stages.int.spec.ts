import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildSecrets,
  defaultEnvironmentSettings,
  defineEnvironment,
  factsOfOwnBase,
  imageStages,
  noProjectFiles,
  ownBasePin,
  secretIds,
  toolHash,
  type DefinedEnvironment,
  type DefineEnvironmentInput,
  type EnvironmentDefinition,
  type EnvironmentLock,
  type EnvironmentSettings,
  type Recipes,
} from '@aml/environments';
import { AppError } from '@aml/errors';
import { buildEnvironmentImage, type BuildStagesOptions, type BuiltStages } from './build-stages';
import { connectDocker } from './connect-docker';
import { readRecipe } from './read-recipe';
import { serveChannel } from './serve-channel.fixture';

const root = new URL('../../../', import.meta.url).pathname;
const debianImage = process.env['AML_TEST_BASE_IMAGE'] ?? 'debian:bookworm-slim';
const engine = connectDocker({ env: process.env });
const run = Date.now().toString(36);

let recipes: Recipes;
let settings: EnvironmentSettings;
let secrets: Record<string, Uint8Array>;
/** Of this run, to be removed at the end; our own base and the tools stay for the next. */
const madeTags = new Set<string>();

function defineAll(conda: DefineEnvironmentInput['conda']): Promise<DefinedEnvironment> {
  const facts = factsOfOwnBase(debianImage, false);
  if (!conda || !facts) throw new Error('nothing to define');
  return defineEnvironment({
    conda,
    framework: 'Python',
    baseImage: { reference: 'builtin', pin: ownBasePin(recipes, 'python'), facts },
    platform: 'linux/amd64',
    files: noProjectFiles,
    settings,
    // Identities of this run only, so that nothing of an earlier one is taken for an environment; BuildKit still knows the steps.
    tool: `${toolHash(recipes)} ${run}`,
  });
}

async function define(conda: DefineEnvironmentInput['conda']): Promise<EnvironmentDefinition> {
  const defined = await defineAll(conda);
  if (!defined.definition) throw new Error(defined.errors.map((error) => error.message).join('\n'));
  return defined.definition;
}

async function build(
  definition: EnvironmentDefinition,
  options: BuildStagesOptions = {},
  lock?: EnvironmentLock,
): Promise<BuiltStages & { readonly output: string }> {
  const lines: string[] = [];
  const stages = imageStages({
    definition,
    recipes,
    readFile: () => Promise.reject(new Error('none')),
    ...(lock ? { lock } : {}),
  });
  for (const { tag, name } of stages) if (!/base|tool/.test(name)) madeTags.add(tag);
  const built = await buildEnvironmentImage(engine, stages, {
    secrets,
    onOutput: (line) => lines.push(line),
    ...options,
  });
  return { ...built, output: lines.join('\n') };
}

/** What a command prints inside an image. */
async function printed(image: string, argv: readonly string[]): Promise<string> {
  const name = `aml-test-${run}-${Math.random().toString(36).slice(2)}`;
  const { id } = await engine.containers.create({
    name,
    image,
    argv,
    labels: {},
    networkMode: 'none',
    user: '1234:1234',
  });
  await engine.containers.start(id);
  await engine.containers.wait(id);
  let output = '';
  for await (const chunk of engine.containers.logs(id)) output += Buffer.from(chunk.bytes).toString();
  await engine.containers.remove(id);
  return output.trim();
}

async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof AppError) return error;
  throw new Error('it did not fail as it should', { cause: error });
}

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(`${root}tests/servers/conda-channel.sh`);
  const channel = `file://${stdout.trim()}`;
  recipes = {
    base: await readRecipe(`${root}deploy/base`),
    tool: await readRecipe(`${root}deploy/tool`),
    debianImage,
    extraPackages: [],
  };
  settings = { ...defaultEnvironmentSettings, channelMap: { defaults: [channel] } };
  const bundle = process.env['AML_TEST_CA_BUNDLE'] ?? '/etc/ssl/certs/ca-certificates.crt';
  secrets = await readFile(bundle).then(
    (bytes) => ({ [secretIds.ca]: bytes }),
    () => ({}),
  );
});

afterAll(async () => {
  for (const tag of [...madeTags].reverse()) await engine.images.remove(tag);
});

describe('an environment from a conda channel', () => {
  it('has its conda packages and its pip packages, for any user, and the exact list of both', async () => {
    const definition = await define({
      channels: [],
      conda: ['python=3.11', 'hello-conda'],
      pip: ['scikit-learn', 'attrs'],
    });
    const built = await build(definition);
    expect(await printed(built.tag, ['hello-conda'])).toBe('hello from conda /opt/aml/env');
    expect(await printed(built.tag, ['python', '-c', 'import sklearn, sys; print(sys.prefix)'])).toBe(
      '/opt/aml/env',
    );
    expect(built.lock.conda?.packages.map((one) => one.name)).toEqual([
      'hello-conda',
      'pip',
      'python',
      'six',
    ]);
    expect(built.lock.conda?.packages[0]?.url).toMatch(
      /^file:\/\/.*noarch\/hello-conda-1\.2\.0-py_0\.tar\.bz2$/,
    );
    expect(built.lock.pip.some((line) => /^scikit-learn==\d/.test(line))).toBe(true);
  });

  it('keeps the conda layer when only the pip list changes, and builds nothing when nothing does', async () => {
    const before = await define({ channels: [], conda: ['python=3.11', 'hello-conda'], pip: ['attrs'] });
    await build(before);
    const after = await define({
      channels: [],
      conda: ['hello-conda', 'python 3.11.*'],
      pip: ['attrs', 'iniconfig'],
    });
    const built = await build(after);
    expect(built.stages.find((stage) => stage.name === 'conda')?.action ?? 'found').toBe('found');
    expect((await build(after)).stages).toEqual([]);
  });

  it('says which packages cannot be had, and the nearest versions', async () => {
    const definition = await define({ channels: [], conda: ['python=3.5.2', 'no-such-package'], pip: [] });
    const error = await failureOf(build(definition));
    expect(error.code).toBe('environment-package-not-found');
    expect(error.message).toMatch(
      /python=3\.5\.2: not among the versions of file:.*; the nearest are 3\.11\.\d/,
    );
    expect(error.message).toMatch(/no-such-package: no package of that name/);
    expect(error.blame).toBe('target');
  });

  it('takes the nearest newer Python where the settings allow it, and says so in the lock', async () => {
    settings = { ...settings, pythonFallback: 'nearest-newer' };
    const built = await build(await define({ channels: [], conda: ['python=3.5.2'], pip: [] }));
    settings = { ...settings, pythonFallback: 'exact' };
    expect(built.lock.conda?.notes).toEqual([
      expect.stringMatching(/^python=3\.5\.2 is not offered .* python 3\.11 was taken/),
    ]);
  });

  it('gives the reason of pip’s resolver when the pip packages do not go together', async () => {
    const definition = await define({
      channels: [],
      conda: ['python=3.11'],
      pip: ['attrs==23.1.0', 'attrs==22.1.0'],
    });
    const error = await failureOf(build(definition));
    expect(error.code).toBe('environment-pip-failed');
    expect(error.message).toMatch(/attrs==23\.1\.0.*attrs==22\.1\.0|attrs==22\.1\.0.*attrs==23\.1\.0/);
  });

  it('installs exactly the packages of a lock', async () => {
    const definition = await define({
      channels: [],
      conda: ['python=3.11'],
      pip: ['attrs>=1', 'packaging'],
    });
    const built = await build(definition);
    await engine.images.remove(built.tag);
    const lock: EnvironmentLock = {
      ...(built.lock.conda ? { conda: built.lock.conda } : {}),
      pip: built.lock.pip.map((line) => line.replace(/^attrs==.*/, 'attrs==22.2.0')),
    };
    const again = await build(definition, {}, lock);
    expect(again.lock.pip).toContain('attrs==22.2.0');
  });
});

describe('a channel behind a password and a certificate of the site', () => {
  it('is reached with what the build mounts as secrets, none of which is in the image', async () => {
    const server = await serveChannel(
      settings.channelMap['defaults']?.[0]?.replace('file://', '') ?? '',
      'me',
      's3cret-word',
    );
    const before = settings;
    settings = {
      ...settings,
      channelMap: { defaults: [server.url.replace('https://', 'https://me:s3cret-word@')] },
    };
    try {
      const lines: string[] = [];
      const { definition, netrc } = await defineAll({ channels: [], conda: ['hello-conda'], pip: [] });
      if (!definition) throw new Error('no definition');
      const stages = imageStages({ definition, recipes, readFile: () => Promise.reject(new Error('none')) });
      stages.slice(2).forEach((stage) => madeTags.add(stage.tag));
      const built = await buildEnvironmentImage(engine, stages, {
        secrets: { ...secrets, ...buildSecrets({ settings: before, netrc, caBundle: server.ca }) },
        networkMode: 'host',
        onOutput: (line) => lines.push(line),
      });
      expect(built.lock.conda?.packages[0]?.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/noarch\/hello-conda/);
      expect(JSON.stringify(definition) + lines.join()).not.toContain('s3cret-word');
      expect(
        await printed(built.tag, [
          'sh',
          '-c',
          'grep -rl s3cret-word /opt /root /tmp /etc 2>/dev/null; hello-conda',
        ]),
      ).toBe('hello from conda /opt/aml/env');
    } finally {
      settings = before;
      server.close();
    }
  });
});

describe('an environment from the Python package index alone', () => {
  it('has the names of the conda list, on the Python of the base image', async () => {
    settings = { ...settings, packageSource: 'pypi' };
    const definition = await define({
      channels: ['conda-forge'],
      conda: ['python=3.11', 'numpy', 'attrs=23.1'],
      pip: [],
    });
    const built = await build(definition);
    settings = { ...settings, packageSource: 'conda' };
    expect(
      await printed(built.tag, ['python', '-c', 'import numpy, sys; print(sys.prefix, sys.base_prefix)']),
    ).toBe('/opt/aml/env /usr');
    expect(built.lock.conda).toBeUndefined();
    expect(built.lock.pip).toContain('attrs==23.1.0');
  });
});

describe('the classic builder', () => {
  it('makes the same environment and leaves neither tools nor secrets in it', async () => {
    const definition = await define({
      channels: [],
      conda: ['python=3.11', 'hello-conda'],
      pip: ['attrs', '# a comment'],
    });
    for (const stage of imageStages({
      definition,
      recipes,
      readFile: () => Promise.reject(new Error('none')),
    }).slice(2)) {
      await engine.images.remove(stage.tag);
    }
    const built = await build(definition, { useBuildKit: false });
    expect(built.stages.filter((stage) => stage.action === 'built').map((stage) => stage.name)).toEqual([
      'conda',
      'environment',
    ]);
    expect(await printed(built.tag, ['hello-conda'])).toBe('hello from conda /opt/aml/env');
    expect(await printed(built.tag, ['sh', '-c', 'ls -d /opt/* /run/secrets/* 2>/dev/null'])).toBe(
      '/opt/aml',
    );
    const left = await engine.images.listByLabel([{ name: 'aml.throwaway' }]);
    expect(left.filter((image) => image.labels['aml.throwaway'] === built.tag)).toEqual([]);
  });
});
