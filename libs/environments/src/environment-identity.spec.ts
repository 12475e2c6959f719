import { describe, expect, it } from 'vitest';
import { condaLayerIdentity, identityOf } from './environment-definition';
import { definitionFrom, testBase, type Wish } from './test-environment';

const start: Wish = {
  channels: ['conda-forge'],
  conda: ['python=3.6', 'numpy>=1.11,<2'],
  pip: ['attrs', './wheels/own-1.0-py3-none-any.whl', '-r requirements.txt'],
  files: { 'wheels/own-1.0-py3-none-any.whl': 'wheel', 'requirements.txt': '# a comment\nsix\n' },
};

async function identity(wish: Wish = {}): Promise<string> {
  return identityOf(await definitionFrom({ ...start, ...wish }));
}

describe('the identity of an environment', () => {
  it('is 64 hex digits and the same every time', async () => {
    expect(await identity()).toMatch(/^[0-9a-f]{64}$/);
    expect(await identity()).toBe(await identity());
  });

  it.each<[string, Wish]>([
    ['order and spelling of the conda list', { conda: ['numpy >=1.11, <2', 'Python 3.6.*'] }],
    [
      'white space and comments of the pip list',
      { pip: ['attrs  # why', ' ./wheels/own-1.0-py3-none-any.whl', '--requirement=requirements.txt'] },
    ],
    [
      'comments and empty lines of a requirements file',
      { files: { ...start.files, 'requirements.txt': '\n six # note\n\n' } },
    ],
    [
      'the name of the base image',
      { input: { baseImage: { ...testBase, reference: 'mirror/debian:stable' } } },
    ],
    ['a file that nothing names', { files: { ...start.files, 'train.py': 'x' } }],
    ['a password of the package index', { settings: {}, pip: start.pip ?? [] }],
  ])('does not change with %s', async (_, wish) => {
    expect(await identity(wish)).toBe(await identity());
  });

  it.each<[string, Wish]>([
    ['a conda package', { conda: ['python=3.6', 'numpy>=1.11,<3'] }],
    ['a channel', { channels: ['bioconda', 'conda-forge'] }],
    ['where channels are mapped to', { settings: { channelMap: { 'conda-forge': ['https://mirror/cf'] } } }],
    [
      'the order of the pip list',
      { pip: ['./wheels/own-1.0-py3-none-any.whl', 'attrs', '-r requirements.txt'] },
    ],
    ['the content of a wheel', { files: { ...start.files, 'wheels/own-1.0-py3-none-any.whl': 'other' } }],
    ['a line of a requirements file', { files: { ...start.files, 'requirements.txt': 'six==1.16.0' } }],
    ['the package index', { settings: { pipIndexUrl: 'https://index/simple' } }],
    [
      'the base image',
      { input: { baseImage: { ...testBase, pin: { kind: 'digest', digest: 'sha256:22' } } } },
    ],
    ['the platform', { input: { platform: 'linux/arm64' } }],
    ['the tool image', { input: { tool: 'other' } }],
    ['GPU', { input: { gpu: true } }],
    [
      'the framework',
      { input: { framework: 'PySpark', baseImage: { ...testBase, facts: { ...testBase.facts, java: 8 } } } },
    ],
    ['what is done about Python', { settings: { pythonFallback: 'nearest-newer' } }],
  ])('changes with %s', async (_, wish) => {
    expect(await identity(wish)).not.toBe(await identity());
  });

  it('has no credentials in it', async () => {
    const plain = await identity({ settings: { pipIndexUrl: 'https://index.example/simple' } });
    expect(await identity({ settings: { pipIndexUrl: 'https://me:secret@index.example/simple' } })).toBe(
      plain,
    );
  });
});

describe('the identity of the conda layer', () => {
  it('does not change with the pip list', async () => {
    const before = await definitionFrom(start);
    const after = await definitionFrom({ ...start, pip: ['requests'] });
    expect(condaLayerIdentity(after)).toBe(condaLayerIdentity(before));
    expect(condaLayerIdentity(before)).toBeDefined();
  });
});
