import { afterAll, describe, expect, it } from 'vitest';
import { connectDocker } from './connect-docker';
import { probeBaseImage } from './probe-base-image';

const base = process.env['AML_TEST_BASE_IMAGE'] ?? 'debian:bookworm-slim';
const engine = connectDocker({ env: process.env });
const tag = `aml-test-probe:${process.pid}-${Date.now()}`;
const emptyTag = `${tag}-empty`;

async function imageWith(steps: string): Promise<void> {
  await engine.images.build({ tag, context: [{ path: 'Dockerfile', content: `FROM ${base}\n${steps}\n` }] });
}

describe('looking into a real image', () => {
  afterAll(async () => {
    await engine.images.remove(tag);
    await engine.images.remove(emptyTag);
  });

  it('finds what is there and starts neither its entry point nor its user’s shell', async () => {
    await imageWith(
      [
        `RUN printf '#!/bin/sh\\necho "openjdk version \\\\"17.0.12\\\\" 2024-07-16" >&2\\n' > /usr/bin/java && chmod 755 /usr/bin/java`,
        'ENV CUDA_VERSION=11.8.0 PATH=/opt/x/bin:/usr/bin:/bin',
        'ENTRYPOINT ["/no/such/program"]',
        'USER 12345',
      ].join('\n'),
    );
    const { facts, pin, platform } = await probeBaseImage(engine, tag);
    expect(facts).toMatchObject({ java: 17, cuda: '11.8', path: '/opt/x/bin:/usr/bin:/bin' });
    expect(facts.glibc).toMatch(/^2\.\d+$/);
    expect(facts.python).toBeUndefined();
    expect(pin.kind).toBe('image-id');
    expect(platform).toMatch(/^linux\//);
  });

  it('knows nothing of an image without a shell, and does not fail', async () => {
    const context = [{ path: 'Dockerfile', content: 'FROM scratch\nCOPY Dockerfile /x\n' }];
    await engine.images.build({ tag: emptyTag, context });
    expect((await probeBaseImage(engine, emptyTag)).facts).toEqual({
      path: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    });
  });
});
