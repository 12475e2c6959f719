import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSecrets } from '@aml/environments';
import { EnvironmentBench } from './environment-bench.fixture';
import { serveChannel } from './serve-channel.fixture';

let bench: EnvironmentBench;

beforeAll(async () => {
  bench = await EnvironmentBench.open();
});

afterAll(async () => {
  await bench.close();
});

describe('a channel behind a password and a certificate of the site', () => {
  it('is reached with what the build mounts as secrets, none of which is in the image', async () => {
    const server = await serveChannel(bench.channelFolder, 'me', 's3cret-word');
    try {
      const withPassword = server.url.replace('https://', 'https://me:s3cret-word@');
      const wish = { channels: [], conda: ['hello-conda'], pip: [] };
      const { definition, netrc } = await bench.defineAll(wish, { channelMap: { defaults: [withPassword] } });
      if (!definition) throw new Error('no definition');
      const secrets = buildSecrets({ settings: bench.settings, netrc, caBundle: server.ca });
      const built = await bench.build(definition, {
        secrets: { ...bench.secrets, ...secrets },
        networkMode: 'host',
      });
      expect(built.lock.conda?.packages[0]?.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/noarch\/hello-conda/);
      expect(JSON.stringify(definition) + built.output).not.toContain('s3cret-word');
      const search = 'grep -rl s3cret-word /opt /root /tmp /etc 2>/dev/null; hello-conda';
      expect(await bench.printed(built.tag, ['sh', '-c', search])).toBe('hello from conda /opt/aml/env');
    } finally {
      server.close();
    }
  });
});

describe('an environment from the Python package index alone', () => {
  it('has the names of the conda list, on the Python of the base image', async () => {
    const wish = { channels: ['conda-forge'], conda: ['python=3.11', 'numpy', 'attrs=23.1'], pip: [] };
    const built = await bench.build(await bench.define(wish, { packageSource: 'pypi' }));
    const program = 'import numpy, sys; print(sys.prefix, sys.base_prefix)';
    expect(await bench.printed(built.tag, ['python', '-c', program])).toBe('/opt/aml/env /usr');
    expect(built.lock.conda).toBeUndefined();
    expect(built.lock.pip).toContain('attrs==23.1.0');
  });

  it('gives the reason where a version is too old for the Python that is there', async () => {
    const wish = { channels: [], conda: ['python=3.5.2', 'numpy=1.11.0'], pip: [] };
    const settings = { packageSource: 'pypi', pythonFallback: 'nearest-newer' } as const;
    const error = await bench.failureOf(bench.build(await bench.define(wish, settings)));
    expect(error.code).toBe('environment-pip-failed');
    expect(error.message).toMatch(/numpy==1\.11\.0/);
  });
});

describe('code of the project in the pip list', () => {
  it('is installed from a folder, and stays in the image where the line says so', async () => {
    for (const name of ['copied', 'linked']) {
      bench.projectFiles.set(
        `libs/${name}/setup.py`,
        `from setuptools import setup; setup(name="${name}", version="1.0", py_modules=["${name}"])`,
      );
      bench.projectFiles.set(`libs/${name}/${name}.py`, 'import os; place = os.path.dirname(__file__)');
    }
    const wish = { channels: [], conda: ['python=3.11'], pip: ['./libs/copied', '-e libs/linked'] };
    const built = await bench.build(await bench.define(wish));
    const program = 'import copied, linked; print(copied.place, linked.place)';
    expect(await bench.printed(built.tag, ['python', '-c', program])).toBe(
      '/opt/aml/env/lib/python3.11/site-packages /opt/aml/src/libs/linked',
    );
    const onlyCopied = await bench.build(await bench.define({ ...wish, pip: ['./libs/copied'] }));
    const listing = ['sh', '-c', 'ls /opt/aml/src; python -c "import copied; print(copied.place)"'];
    expect(await bench.printed(onlyCopied.tag, listing)).toBe('/opt/aml/env/lib/python3.11/site-packages');
  });
});

describe('the classic builder', () => {
  it('makes the same environment and leaves neither tools nor secrets in it', async () => {
    const wish = { channels: [], conda: ['python=3.11', 'hello-conda'], pip: ['attrs'] };
    const built = await bench.build(await bench.define(wish), { useBuildKit: false });
    const made = built.stages.filter((stage) => stage.action === 'built').map((stage) => stage.name);
    expect(made.slice(-2)).toEqual(['conda', 'environment']);
    expect(await bench.printed(built.tag, ['hello-conda'])).toBe('hello from conda /opt/aml/env');
    const leftInside = await bench.printed(built.tag, [
      'sh',
      '-c',
      'ls -d /opt/* /run/secrets/* 2>/dev/null',
    ]);
    expect(leftInside).toBe('/opt/aml');
    const throwaways = await bench.engine.images.listByLabel([{ name: 'aml.throwaway' }]);
    expect(throwaways.filter((image) => image.labels['aml.throwaway'] === built.tag)).toEqual([]);
  });
});
