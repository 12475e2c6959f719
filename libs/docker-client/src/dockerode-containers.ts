import type Docker from 'dockerode';
import { Readable } from 'node:stream';
import { AppError } from '@aml/errors';
import { minutes, seconds, withDeadline } from './call-deadline';
import type { ContainerInfo, ContainerSpec, LogChunk } from './container-spec';
import { containerInfo, containerStatus, createBody } from './container-translation';
import { splitLogFrames } from './log-frames';
import { toDockerError } from './docker-error';
import type { CallOptions, ContainerSummary, DockerContainers, LabelFilter } from './docker-engine';
import type { EngineConnection, EngineRequest } from './engine-connection';
import { labelFilters } from './dockerode-images';

export class DockerodeContainers implements DockerContainers {
  constructor(private readonly engine: EngineConnection) {}

  create(spec: ContainerSpec, call?: CallOptions): Promise<{ readonly id: string }> {
    const action = `create the container "${spec.name}"`;
    return withDeadline(action, call, seconds(30), async (signal) => {
      const created = await this.engine
        .json<{ Id: string }>({
          method: 'POST',
          path: ['containers', 'create'],
          query: { name: spec.name },
          body: createBody(spec),
          signal,
          failed: { action, subject: spec.name },
        })
        .catch((error: unknown) => {
          throw imageNotFound(error, spec.image);
        });
      return { id: created.Id };
    });
  }

  async getOrCreate(
    spec: ContainerSpec,
    call?: CallOptions,
  ): Promise<{ readonly id: string; readonly created: boolean }> {
    try {
      return { ...(await this.create(spec, call)), created: true };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'docker-name-conflict') throw error;
      const existing = await this.inspect(spec.name, call);
      // Gone again between the two requests: whoever removed it is not us, so the conflict is real news.
      if (!existing) throw error;
      return { id: existing.id, created: false };
    }
  }

  start(nameOrId: string, call?: CallOptions): Promise<void> {
    return this.call(`start the container "${nameOrId}"`, nameOrId, call, seconds(60), {
      method: 'POST',
      path: ['containers', nameOrId, 'start'],
    });
  }

  async inspect(nameOrId: string, call?: CallOptions): Promise<ContainerInfo | undefined> {
    const action = `look at the container "${nameOrId}"`;
    const found = await orNotFound(
      this.call<Docker.ContainerInspectInfo>(action, nameOrId, call, seconds(10), {
        method: 'GET',
        path: ['containers', nameOrId, 'json'],
      }),
    );
    return found === undefined ? undefined : containerInfo(found);
  }

  async wait(nameOrId: string, call?: CallOptions): Promise<{ readonly exitCode: number }> {
    const ended = await this.call<{ StatusCode: number }>(
      `wait for the container "${nameOrId}"`,
      nameOrId,
      call,
      undefined,
      { method: 'POST', path: ['containers', nameOrId, 'wait'] },
    );
    return { exitCode: ended.StatusCode };
  }

  async signal(nameOrId: string, signal: NodeJS.Signals, call?: CallOptions): Promise<boolean> {
    try {
      await this.call(`send ${signal} to the container "${nameOrId}"`, nameOrId, call, seconds(10), {
        method: 'POST',
        path: ['containers', nameOrId, 'kill'],
        query: { signal },
      });
      return true;
    } catch (error) {
      if (isNotFound(error) || /is not running/i.test(answerOf(error))) return false;
      throw error;
    }
  }

  async remove(nameOrId: string, call?: CallOptions): Promise<boolean> {
    try {
      await this.call(`remove the container "${nameOrId}"`, nameOrId, call, seconds(60), {
        method: 'DELETE',
        path: ['containers', nameOrId],
        query: { force: true, v: true },
      });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      // Somebody else's removal is under way; it is as good as done once it is gone.
      if (/removal of container .* is already in progress/i.test(answerOf(error))) return true;
      throw error;
    }
  }

  async listByLabel(
    labels: readonly LabelFilter[],
    call?: CallOptions,
  ): Promise<readonly ContainerSummary[]> {
    const found = await this.call<Docker.ContainerInfo[]>(
      'list its containers',
      undefined,
      call,
      seconds(30),
      {
        method: 'GET',
        path: ['containers', 'json'],
        query: { all: true, filters: labelFilters(labels) },
      },
    );
    return found.map((container) => ({
      id: container.Id,
      name: (container.Names[0] ?? '').replace(/^\//, ''),
      image: container.Image,
      labels: container.Labels,
      status: containerStatus(container.State),
      created: new Date(container.Created * 1000),
    }));
  }

  async putArchive(
    nameOrId: string,
    path: string,
    tar: AsyncIterable<Uint8Array>,
    call?: CallOptions,
  ): Promise<void> {
    const file = Readable.from(tar);
    try {
      await this.call(`put files into the container "${nameOrId}"`, nameOrId, call, minutes(30), {
        method: 'PUT',
        path: ['containers', nameOrId, 'archive'],
        query: { path },
        file,
      });
    } finally {
      file.destroy();
    }
  }

  async getArchive(
    nameOrId: string,
    path: string,
    call?: CallOptions,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const action = `read "${path}" of the container "${nameOrId}"`;
    const failed = { action, subject: nameOrId };
    try {
      return await withDeadline(action, call, minutes(30), (signal) =>
        this.engine.stream({
          method: 'GET',
          path: ['containers', nameOrId, 'archive'],
          query: { path },
          signal: call?.signal ?? signal,
          failed,
        }),
      );
    } catch (error) {
      if (/could not find the file|no such file or directory/i.test(answerOf(error))) return undefined;
      throw error;
    }
  }

  async *logs(
    nameOrId: string,
    options?: CallOptions & { readonly follow?: boolean },
  ): AsyncGenerator<LogChunk, void, undefined> {
    const failed = { action: `read the log of the container "${nameOrId}"`, subject: nameOrId };
    const signal = options?.signal ?? new AbortController().signal;
    const answer = await this.engine.stream({
      method: 'GET',
      path: ['containers', nameOrId, 'logs'],
      query: { stdout: true, stderr: true, follow: options?.follow ?? false },
      signal,
      failed,
    });
    try {
      yield* splitLogFrames(answer);
    } catch (error) {
      throw toDockerError(error, this.engine.failedAction(failed));
    } finally {
      answer.destroy();
    }
  }

  private call<T>(
    action: string,
    subject: string | undefined,
    call: CallOptions | undefined,
    deadlineMs: number | undefined,
    request: Omit<EngineRequest, 'signal' | 'failed'>,
  ): Promise<T> {
    return withDeadline(action, call, deadlineMs, (signal) =>
      this.engine.json<T>({ ...request, signal, failed: { action, subject } }),
    );
  }
}

function imageNotFound(error: unknown, image: string): unknown {
  if (!(error instanceof AppError) || error.code !== 'docker-image-not-found') return error;
  return new AppError({
    code: error.code,
    message: `The image "${image}" is not on the engine.`,
    hint: error.hint,
    blame: 'target',
    cause: error.cause,
  });
}

function isNotFound(error: unknown): boolean {
  return error instanceof AppError && error.code === 'docker-container-not-found';
}

async function orNotFound<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Everything that the engine said, to recognise an answer by. */
function answerOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`;
}
