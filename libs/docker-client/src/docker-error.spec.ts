import { AppError } from '@aml/errors';
import { describe, expect, it } from 'vitest';
import { toDockerError } from './docker-error';

const failed = { address: 'unix:///var/run/docker.sock', action: 'start the container "c"', subject: 'c' };

function of(properties: Record<string, unknown>, message = ''): AppError {
  const error = toDockerError(Object.assign(new Error(message), properties), failed);
  if (error instanceof AppError) return error;
  throw error;
}

function answer(message: string): AppError {
  return of({ statusCode: 500, json: { message } }, `(HTTP code 500) server error - ${message} `);
}

describe('a failure of the engine', () => {
  it('tells a missing engine, a stopped one and a forbidden one apart', () => {
    expect(of({ code: 'ENOENT' })).toMatchObject({ code: 'docker-engine-missing', retryable: false });
    expect(of({ code: 'ECONNREFUSED' })).toMatchObject({
      code: 'docker-engine-unreachable',
      retryable: true,
    });
    expect(of({}, 'socket hang up')).toMatchObject({ code: 'docker-engine-unreachable' });
    expect(of({ code: 'EACCES' })).toMatchObject({
      code: 'docker-permission-denied',
      hint: expect.stringContaining('sudo usermod -aG docker $USER'),
    });
  });

  it.each([
    ['write /var/lib/docker/x: no space left on device', 'docker-disk-full'],
    ['could not select device driver "" with capabilities: [[gpu]]', 'docker-gpu-unavailable'],
    ['Conflict. The container name "/c" is already in use by container "1"', 'docker-name-conflict'],
    ['No such container: c', 'docker-container-not-found'],
    ['No such image: x:1', 'docker-image-not-found'],
    ['pull access denied for x, repository does not exist', 'docker-image-not-found'],
    [
      'failed to create task for container: failed to create shim task: OCI runtime create failed',
      'docker-start-failed',
    ],
    ['conflict: unable to remove repository reference "x" (must force)', 'docker-image-in-use'],
    ['something new', 'docker-request-refused'],
  ])('knows "%s"', (message, code) => {
    const error = answer(message);
    expect(error.code).toBe(code);
    expect(error.blame).toBe('target');
    expect(error.hint).toMatch(/\S/);
  });

  it('keeps the words of the engine', () => {
    expect(answer('something new').message).toContain('something new');
    expect(answer('No such image: x:1').toData().cause?.message).toBe('No such image: x:1');
  });

  it('leaves an abort as it is', () => {
    const abort = new DOMException('aborted', 'AbortError');
    expect(toDockerError(abort, failed)).toBe(abort);
  });
});
