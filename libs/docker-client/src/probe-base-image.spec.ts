import { describe, expect, it } from 'vitest';
import { FakeDockerEngine } from './fake-docker-engine';
import { parseFindings, probeBaseImage } from './probe-base-image';

describe('looking into a base image', () => {
  it('reads what the image said', () => {
    expect(parseFindings('command python3\npython 3.11.2\nglibc 2.36\njava 17.0.12\n')).toEqual({
      python: '3.11.2',
      pythonCommand: 'python3',
      glibc: '2.36',
      java: 17,
    });
    expect(parseFindings('java 1.8.0_292\n')).toEqual({ java: 8 });
    expect(parseFindings('')).toEqual({});
  });

  it('gives the pin, the platform and what the environment of the image says', async () => {
    const engine = new FakeDockerEngine();
    engine.images.add('nvidia/cuda:11.8', {
      repoDigests: ['nvidia/cuda@sha256:aa'],
      env: ['PATH=/usr/local/cuda/bin:/usr/bin', 'CUDA_VERSION=11.8.0'],
    });
    engine.containers.program = () => ({ stdout: 'glibc 2.35\n' });
    expect(await probeBaseImage(engine, 'nvidia/cuda:11.8')).toEqual({
      facts: { glibc: '2.35', cuda: '11.8', path: '/usr/local/cuda/bin:/usr/bin' },
      pin: { kind: 'digest', digest: 'sha256:aa' },
      platform: 'linux/amd64',
    });
    expect(await engine.containers.listByLabel([])).toEqual([]);
  });

  it('pins an image that was made here by its id', async () => {
    const engine = new FakeDockerEngine();
    const { id } = engine.images.add('mine:1');
    expect((await probeBaseImage(engine, 'mine:1')).pin).toEqual({ kind: 'image-id', id });
  });

  it('says when it is not there', async () => {
    await expect(probeBaseImage(new FakeDockerEngine(), 'absent:1')).rejects.toMatchObject({
      code: 'docker-image-not-found',
      hint: 'docker pull absent:1',
    });
  });
});
