import { FakeDockerEngine } from '@aml/docker-client';
import { aRunSpecification } from '@aml/testing';
import { describe, expect, it } from 'vitest';
import { accountFiles, containerOfRun, containerUser } from './container-of-run';
import { runFolderAt } from './run-folder';

type Given = NonNullable<Parameters<typeof aRunSpecification>[0]>;
const user = { name: 'ann', uid: 1000, gid: 1001 };

const containerOf = (target: Given['target'] = {}, sharedFolder: string | null = null) =>
  containerOfRun({
    specification: aRunSpecification({
      runId: 'Iris_1700000000000',
      slug: 'iris-x-1700000000000',
      target: target ?? {},
    }),
    folder: runFolderAt('/w/runs/Iris_1700000000000'),
    imageId: 'sha256:1',
    user,
    sharedFolder,
  });

describe('the container of a run', () => {
  it('is named after the run, and labelled', () => {
    expect(containerOf()).toMatchObject({
      name: 'aml-iris-x-1700000000000',
      labels: {
        'aml.owner': 'aml',
        'aml.kind': 'run',
        'aml.run': 'Iris_1700000000000',
        'aml.project': 'Iris',
      },
    });
  });

  it('runs as the host user and gives no privilege back', () => {
    const { user: who, keepCapabilities, dropPrivileges } = containerOf();
    expect([who, keepCapabilities, dropPrivileges]).toEqual(['1000:1001', undefined, undefined]);
  });

  it('sees the run folder, its accounts and the shared folder, and nothing else', () => {
    expect(containerOf({}, '/share/p').mounts).toEqual([
      { kind: 'bind', source: '/w/runs/Iris_1700000000000', target: '/azureml-run' },
      {
        kind: 'bind',
        source: '/w/runs/Iris_1700000000000/control/passwd',
        target: '/etc/passwd',
        readOnly: true,
      },
      {
        kind: 'bind',
        source: '/w/runs/Iris_1700000000000/control/group',
        target: '/etc/group',
        readOnly: true,
      },
      { kind: 'bind', source: '/share/p', target: '/azureml-share' },
    ]);
    expect(containerOf().mounts?.some(({ target }) => target === '/azureml-share')).toBe(false);
  });

  it('has the limits of its target, and GPUs when they are asked for', () => {
    expect(containerOf({ memoryBytes: 1024, cpus: 1.5, nvidiaDocker: true })).toMatchObject({
      memoryBytes: 1024,
      nanoCpus: 1_500_000_000,
      gpus: 'all',
    });
    expect(containerOf()).not.toHaveProperty('gpus');
  });
});

describe('the user in a container', () => {
  const { engineInfo } = new FakeDockerEngine();
  const gpus = aRunSpecification({ target: { nvidiaDocker: true } });

  it('is the host user, or root where the engine itself belongs to the user', () => {
    const run = aRunSpecification();
    expect(containerUser(run, engineInfo, user)).toMatchObject({ uid: 1000, gid: 1001 });
    expect(containerUser(run, { ...engineInfo, rootless: true }, user)).toEqual({ uid: 0, gid: 0 });
  });

  it('cannot be had where the engine maps users', () => {
    expect(() => containerUser(aRunSpecification(), { ...engineInfo, userNamespaces: true }, user)).toThrow(
      'userns-remap',
    );
  });

  it('gets GPUs only from an engine that has them', () => {
    expect(() => containerUser(gpus, engineInfo, user)).toThrow('no NVIDIA runtime');
    expect(containerUser(gpus, { ...engineInfo, nvidiaRuntime: true }, user)).toMatchObject({ uid: 1000 });
  });

  it('has an entry with a name that programs accept', () => {
    expect(accountFiles(user).passwd).toContain('ann:x:1000:1001:ann:/azureml-run/home:/bin/sh\n');
    expect(accountFiles({ ...user, name: 'a:b\nc' }).passwd).toContain('user:x:1000:');
    const root = accountFiles({ name: 'root', uid: 0, gid: 0 });
    expect(root.passwd.match(/^root:/gm)).toHaveLength(1);
    expect(root.passwd).toContain(':/azureml-run/home:');
  });
});
