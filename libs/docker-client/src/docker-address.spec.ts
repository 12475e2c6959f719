import { describe, expect, it } from 'vitest';
import { findDockerAddress, type DockerAddressInput } from './docker-address';

function find(env: Record<string, string>, files: Record<string, string> = {}, host?: string): unknown {
  const input: DockerAddressInput = {
    env,
    host,
    readFile: (path) => files[path],
    sha256: (text) => `hash-of-${text}`,
  };
  return findDockerAddress(input);
}

const rootless = {
  '/home/u/.docker/config.json': '{"currentContext": "rootless"}',
  '/home/u/.docker/contexts/meta/hash-of-rootless/meta.json':
    '{"Name": "rootless", "Endpoints": {"docker": {"Host": "unix:///run/user/1000/docker.sock"}}}',
};

describe('where the Docker engine is', () => {
  it('is the default socket when nothing says otherwise', () => {
    expect(find({})).toMatchObject({ kind: 'unix', socketPath: '/var/run/docker.sock' });
    expect(find({ HOME: '/home/u' })).toMatchObject({ socketPath: '/var/run/docker.sock' });
  });

  it('is what DOCKER_HOST says, before any context', () => {
    expect(find({ HOME: '/home/u', DOCKER_HOST: 'unix:///x.sock' }, rootless)).toMatchObject({
      socketPath: '/x.sock',
    });
    expect(find({ DOCKER_HOST: 'tcp://build:2375' })).toEqual({
      kind: 'tcp',
      display: 'tcp://build:2375',
      host: 'build',
      port: 2375,
    });
    expect(find({ DOCKER_HOST: '10.0.0.5:4444' })).toMatchObject({ host: '10.0.0.5', port: 4444 });
  });

  it('is the current context of the user, or the one of DOCKER_CONTEXT', () => {
    expect(find({ HOME: '/home/u' }, rootless)).toMatchObject({ socketPath: '/run/user/1000/docker.sock' });
    expect(find({ HOME: '/home/u', DOCKER_CONTEXT: 'default' }, rootless)).toMatchObject({
      socketPath: '/var/run/docker.sock',
    });
  });

  it('is what the caller says, before everything else', () => {
    expect(find({ DOCKER_HOST: 'tcp://build:2375' }, {}, '/tmp/d.sock')).toMatchObject({
      socketPath: '/tmp/d.sock',
    });
  });

  it('uses the certificates beside it', () => {
    const files = { '/certs/ca.pem': 'CA', '/certs/cert.pem': 'CERT', '/certs/key.pem': 'KEY' };
    expect(find({ DOCKER_HOST: 'tcp://build', DOCKER_CERT_PATH: '/certs' }, files)).toMatchObject({
      port: 2376,
      tls: { ca: 'CA', cert: 'CERT', key: 'KEY' },
    });
  });

  it('refuses what it cannot use, with the way out', () => {
    expect(() => find({ DOCKER_HOST: 'ssh://me@host' })).toThrow(
      expect.objectContaining({ code: 'docker-host-invalid', hint: expect.stringContaining('remotedocker') }),
    );
    expect(() => find({ DOCKER_HOST: 'nonsense://' })).toThrow(/"nonsense:\/\/" is neither/);
    expect(() => find({ HOME: '/home/u', DOCKER_CONTEXT: 'gone' }, rootless)).toThrow(/context "gone"/);
  });

  it('survives a configuration that is no JSON', () => {
    expect(find({ HOME: '/home/u' }, { '/home/u/.docker/config.json': '{' })).toMatchObject({ kind: 'unix' });
  });
});
