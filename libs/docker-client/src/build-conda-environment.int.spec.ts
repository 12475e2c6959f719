import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EnvironmentLock } from '@aml/environments';
import { EnvironmentBench } from './environment-bench.fixture';

let bench: EnvironmentBench;

beforeAll(async () => {
  bench = await EnvironmentBench.open();
});

afterAll(async () => {
  await bench.close();
});

describe('an environment from a conda channel', () => {
  it('has its conda packages and its pip packages, for any user, and the exact list of both', async () => {
    const definition = await bench.define({
      channels: [],
      conda: ['python=3.11', 'hello-conda'],
      pip: ['scikit-learn', 'attrs'],
    });
    const built = await bench.build(definition);
    expect(await bench.printed(built.tag, ['hello-conda'])).toBe('hello from conda /opt/aml/env');
    expect(await bench.printed(built.tag, ['python', '-c', 'import sklearn, sys; print(sys.prefix)'])).toBe(
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
    const before = await bench.define({
      channels: [],
      conda: ['python=3.11', 'hello-conda'],
      pip: ['attrs'],
    });
    await bench.build(before);
    const after = await bench.define({
      channels: [],
      conda: ['hello-conda', 'python 3.11.*'],
      pip: ['attrs', 'iniconfig'],
    });
    const built = await bench.build(after);
    expect(built.stages.find((stage) => stage.name === 'conda')?.action).toBe('found');
    expect((await bench.build(after)).stages).toEqual([]);
  });

  it('says which packages cannot be had, and the nearest versions', async () => {
    const definition = await bench.define({
      channels: [],
      conda: ['python=3.5.2', 'no-such-package'],
      pip: [],
    });
    const error = await bench.failureOf(bench.build(definition));
    expect(error.code).toBe('environment-package-not-found');
    expect(error.message).toMatch(
      /python=3\.5\.2: not among the versions of file:.*; the nearest are 3\.11\.\d/,
    );
    expect(error.message).toMatch(/no-such-package: no package of that name/);
    expect(error.blame).toBe('target');
  });

  it('takes the nearest newer Python where the settings allow it, and says so in the lock', async () => {
    const definition = await bench.define(
      { channels: [], conda: ['python=3.5.2'], pip: [] },
      { pythonFallback: 'nearest-newer' },
    );
    const built = await bench.build(definition);
    expect(built.lock.conda?.notes).toEqual([
      expect.stringMatching(/^python=3\.5\.2 is not offered .* python 3\.11 was taken/),
    ]);
  });

  it('gives the reason of pip’s resolver when the pip packages do not go together', async () => {
    const definition = await bench.define({
      channels: [],
      conda: ['python=3.11'],
      pip: ['attrs==23.1.0', 'attrs==22.1.0'],
    });
    const error = await bench.failureOf(bench.build(definition));
    expect(error.code).toBe('environment-pip-failed');
    expect(error.message).toMatch(/attrs==23\.1\.0.*attrs==22\.1\.0|attrs==22\.1\.0.*attrs==23\.1\.0/);
  });

  it('installs exactly the packages of a lock', async () => {
    const definition = await bench.define({
      channels: [],
      conda: ['python=3.11'],
      pip: ['attrs>=1', 'packaging'],
    });
    const built = await bench.build(definition);
    await bench.engine.images.remove(built.tag);
    const lock: EnvironmentLock = {
      ...(built.lock.conda ? { conda: built.lock.conda } : {}),
      pip: built.lock.pip.map((line) => line.replace(/^attrs==.*/, 'attrs==22.2.0')),
    };
    const again = await bench.build(definition, {}, lock);
    expect(again.lock.pip).toContain('attrs==22.2.0');
  });
});
