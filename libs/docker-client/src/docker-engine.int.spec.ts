import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '@aml/errors';
import { connectDocker } from './connect-docker';
import type { ContainerSpec } from './container-spec';
import { packFiles, readSmallTar } from './pack-files';

/** Any small Linux image with a shell; the script tests/servers/docker-engine.sh provides it. */
const base = process.env['AML_TEST_BASE_IMAGE'] ?? 'debian:bookworm-slim';
const label = 'aml.test.docker-client';
const run = `${process.pid}-${Date.now()}`;
const engine = connectDocker({ env: process.env });

function spec(name: string, script: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name: `aml-test-${run}-${name}`,
    image: base,
    argv: ['sh', '-c', script],
    labels: { [label]: run },
    networkMode: 'none',
    ...more,
  };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
}

async function cleanUp(): Promise<void> {
  for (const container of await engine.containers.listByLabel([{ name: label, value: run }])) {
    await engine.containers.remove(container.id);
  }
  for (const image of await engine.images.listByLabel([{ name: label, value: run }])) {
    for (const tag of image.tags) await engine.images.remove(tag);
  }
  for (const volume of await engine.volumes.listByLabel([{ name: label, value: run }])) {
    await engine.volumes.remove(volume);
  }
}

describe('a real Docker engine', () => {
  beforeAll(async () => {
    if (!(await engine.images.inspect(base))) await engine.images.pull(base);
  });
  afterAll(cleanUp);

  it('says what it is', async () => {
    const info = await engine.info();
    expect(info.version).toMatch(/^\d+\.\d+/);
    expect(info.os).toBe('linux');
    expect(info.buildkit).toBe(true);
    expect(info.cpus).toBeGreaterThan(0);
    expect(info.dockerRoot).toMatch(/^\//);
  });

  it('gives the facts of an image, and nothing for an unknown one', async () => {
    const image = await engine.images.inspect(base);
    expect(image?.id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(image?.tags).toContain(base);
    expect(image?.layers.length).toBeGreaterThan(0);
    expect(await engine.images.inspect('aml-test/absent:1')).toBeUndefined();
  });

  it('runs a container to its exit code, with both streams apart', async () => {
    const container = spec('exit', `printf 'out\\001'; printf 'err' >&2; printf "$GREETING"; exit 7`, {
      env: { GREETING: `it's "Grüße" $HOME\nsecond line` },
    });
    const { id } = await engine.containers.create(container);
    await engine.containers.start(id);
    expect(await engine.containers.wait(id)).toEqual({ exitCode: 7 });
    const parts = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
    for await (const chunk of engine.containers.logs(id, { follow: true })) {
      parts[chunk.stream] = Buffer.concat([parts[chunk.stream], chunk.bytes]);
    }
    expect(parts.stdout.subarray(0, 4)).toEqual(Buffer.from([0x6f, 0x75, 0x74, 1]));
    expect(parts.stdout.subarray(4).toString()).toBe(`it's "Grüße" $HOME\nsecond line`);
    expect(parts.stderr.toString()).toBe('err');
    const info = await engine.containers.inspect(container.name);
    expect(info).toMatchObject({ status: 'exited', running: false, exitCode: 7, oomKilled: false });
    expect(info?.finishedAt?.getTime()).toBeGreaterThanOrEqual(info?.startedAt?.getTime() ?? Infinity);
  });

  it('finds the first container when a launch is repeated', async () => {
    const container = spec('twice', 'sleep 60');
    const first = await engine.containers.getOrCreate(container);
    await engine.containers.start(first.id);
    const second = await engine.containers.getOrCreate(container);
    await engine.containers.start(second.id);
    expect([first.created, second.created, second.id]).toEqual([true, false, first.id]);
    expect(await codeOf(engine.containers.create(container))).toBe('docker-name-conflict');

    expect((await engine.containers.inspect(first.id))?.pid).toBeGreaterThan(0);
    expect(await engine.containers.signal(first.id, 'SIGKILL')).toBe(true);
    expect(await engine.containers.wait(first.id)).toEqual({ exitCode: 137 });
    expect(await engine.containers.signal(first.id, 'SIGTERM')).toBe(false);
    expect(await engine.containers.remove(first.id)).toBe(true);
    expect(await engine.containers.remove(first.id)).toBe(false);
    expect(await engine.containers.inspect(first.id)).toBeUndefined();
  });

  it('recognises a kill for memory', async () => {
    const script = 'head -c 200m /dev/zero | tail -c 199m >/dev/null';
    const { id } = await engine.containers.create(spec('oom', script, { memoryBytes: 32 * 1024 * 1024 }));
    await engine.containers.start(id);
    await engine.containers.wait(id);
    const info = await engine.containers.inspect(id);
    expect(info).toMatchObject({ oomKilled: true, memoryBytes: 32 * 1024 * 1024 });
  });

  it('puts files into a container and takes them out, also before it is started', async () => {
    const { id } = await engine.containers.create(spec('files', 'cat /tmp/in/a.txt > /tmp/b.txt'));
    await engine.containers.putArchive(id, '/tmp', packFiles([{ path: 'in/a.txt', content: 'contents ✓' }]));
    await engine.containers.start(id);
    await engine.containers.wait(id);
    const archive = await engine.containers.getArchive(id, '/tmp/b.txt');
    if (!archive) throw new Error('the file is not there');
    expect((await readSmallTar(archive)).get('b.txt')?.toString()).toBe('contents ✓');
    expect(await engine.containers.getArchive(id, '/tmp/absent')).toBeUndefined();
  });

  it('mounts a volume and removes it', async () => {
    const volume = `aml-test-${run}`;
    await engine.volumes.create(volume, { [label]: run });
    const mounts = [{ kind: 'volume', source: volume, target: '/data' }] as const;
    const { id } = await engine.containers.create(spec('volume', 'echo hello > /data/x', { mounts }));
    await engine.containers.start(id);
    expect(await engine.containers.wait(id)).toEqual({ exitCode: 0 });
    await engine.containers.remove(id);
    expect(await engine.volumes.remove(volume)).toBe(true);
    expect(await engine.volumes.remove(volume)).toBe(false);
  });

  it('stops waiting when the caller gives up, and at the deadline', async () => {
    const { id } = await engine.containers.create(spec('wait', 'sleep 60'));
    await engine.containers.start(id);
    const reason = new Error('given up');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    await expect(engine.containers.wait(id, { signal: controller.signal })).rejects.toBe(reason);
    expect(await codeOf(engine.containers.wait(id, { deadlineMs: 50 }))).toBe('docker-deadline-exceeded');
  });

  it('says what is wrong in the words of the user', async () => {
    const absent = spec('absent', 'true', { image: 'aml-test/absent:1' });
    await expect(engine.containers.create(absent)).rejects.toMatchObject({
      code: 'docker-image-not-found',
      message: 'The image "aml-test/absent:1" is not on the engine.',
      blame: 'target',
    });
    const { id } = await engine.containers.create(spec('no-command', '', { argv: ['/no/such/program'] }));
    expect(await codeOf(engine.containers.start(id))).toBe('docker-start-failed');
    expect(await codeOf(engine.containers.start('aml-test-absent'))).toBe('docker-container-not-found');
    const gpu = await engine.containers.create(spec('gpu', 'true', { gpus: 'all' }));
    const info = await engine.info();
    expect(await codeOf(engine.containers.start(gpu.id))).toBe(
      info.nvidiaRuntime ? 'none' : 'docker-gpu-unavailable',
    );
    expect(await codeOf(connectDocker({ host: '/tmp/absent.sock' }).info())).toBe('docker-engine-missing');
    expect(await codeOf(connectDocker({ host: 'tcp://127.0.0.1:9' }).info())).toBe(
      'docker-engine-unreachable',
    );
  });
});
