import type Docker from 'dockerode';
import { AppError } from '@aml/errors';
import { buildImage } from './build-image';
import type { BuildRequest, BuiltImage } from './build-request';
import { minutes, seconds, withDeadline } from './call-deadline';
import { engineAnswerError, statusCodeOf, toDockerError } from './docker-error';
import type {
  CallOptions,
  DockerImages,
  ImageInfo,
  ImageSummary,
  LabelFilter,
  PullOptions,
} from './docker-engine';
import type { EngineConnection } from './engine-connection';
import { LineSplitter } from './split-lines';

/** Splits `registry:5000/name:tag`, `name` and `name@sha256:…`; the tag of a name without one is `latest`. */
export function splitReference(reference: string): { readonly repository: string; readonly tag: string } {
  const digest = reference.indexOf('@');
  if (digest >= 0) return { repository: reference.slice(0, digest), tag: reference.slice(digest + 1) };
  const colon = reference.lastIndexOf(':');
  if (colon < 0 || reference.indexOf('/', colon) >= 0) return { repository: reference, tag: 'latest' };
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

/** The `filters` parameter of the engine's lists. */
export function labelFilters(labels: readonly LabelFilter[]): string {
  return JSON.stringify({
    label: labels.map((label) => (label.value === undefined ? label.name : `${label.name}=${label.value}`)),
  });
}

export class DockerodeImages implements DockerImages {
  constructor(
    private readonly engine: EngineConnection,
    private readonly canBuildKit: (call?: CallOptions) => Promise<boolean>,
  ) {}

  inspect(reference: string, call?: CallOptions): Promise<ImageInfo | undefined> {
    const action = `look for the image "${reference}"`;
    return withDeadline(action, call, seconds(10), async (signal) => {
      try {
        const image = await this.engine.json<Docker.ImageInspectInfo>({
          method: 'GET',
          path: ['images', reference, 'json'],
          signal,
          failed: { action, subject: reference },
        });
        return imageInfo(image);
      } catch (error) {
        if (error instanceof AppError && error.code === 'docker-image-not-found') return undefined;
        throw error;
      }
    });
  }

  build(request: BuildRequest, call?: CallOptions): Promise<BuiltImage> {
    return withDeadline(`build the image "${request.tag}"`, call, minutes(120), async (signal) => {
      const useBuildKit = request.useBuildKit !== false && (await this.canBuildKit({ signal }));
      return buildImage(this.engine, request, useBuildKit, signal);
    });
  }

  pull(reference: string, options?: PullOptions): Promise<ImageInfo> {
    const action = `pull the image "${reference}"`;
    return withDeadline(action, options, minutes(30), async (signal) => {
      const failed = { action, subject: reference };
      const { repository, tag } = splitReference(reference);
      const answer = await this.engine.stream({
        method: 'POST',
        path: ['images', 'create'],
        query: { fromImage: repository, tag, platform: options?.platform },
        signal,
        failed,
      });
      try {
        await followPull(answer, options?.onProgress);
      } catch (error) {
        throw pullError(error, this.engine.failedAction(failed));
      }
      const image = await this.inspect(reference, { signal });
      if (image) return image;
      throw engineAnswerError(`no such image: ${reference}`, undefined, this.engine.failedAction(failed));
    });
  }

  tag(reference: string, newReference: string, call?: CallOptions): Promise<void> {
    const action = `name the image "${reference}" "${newReference}"`;
    const { repository, tag } = splitReference(newReference);
    return withDeadline(action, call, seconds(10), async (signal) => {
      await this.engine.json({
        method: 'POST',
        path: ['images', reference, 'tag'],
        query: { repo: repository, tag },
        signal,
        failed: { action, subject: reference },
      });
    });
  }

  remove(reference: string, call?: CallOptions): Promise<boolean> {
    const action = `remove the image "${reference}"`;
    return withDeadline(action, call, minutes(2), async (signal) => {
      try {
        await this.engine.json({
          method: 'DELETE',
          path: ['images', reference],
          signal,
          failed: { action, subject: reference },
        });
        return true;
      } catch (error) {
        if (error instanceof AppError && error.code === 'docker-image-not-found') return false;
        throw error;
      }
    });
  }

  listByLabel(labels: readonly LabelFilter[], call?: CallOptions): Promise<readonly ImageSummary[]> {
    const action = 'list its images';
    return withDeadline(action, call, seconds(30), async (signal) => {
      const images = await this.engine.json<Docker.ImageInfo[]>({
        method: 'GET',
        path: ['images', 'json'],
        query: { filters: labelFilters(labels) },
        signal,
        failed: { action },
      });
      return images.map((image) => ({
        id: image.Id,
        tags: realTags(image.RepoTags),
        labels: image.Labels ?? {},
        sizeBytes: image.Size,
        created: new Date(image.Created * 1000),
      }));
    });
  }

  pruneBuildCache(keepBytes: number, call?: CallOptions): Promise<{ readonly freedBytes: number }> {
    const action = 'prune its build cache';
    return withDeadline(action, call, minutes(10), async (signal) => {
      const pruned = await this.engine.json<{ SpaceReclaimed?: number }>({
        method: 'POST',
        path: ['build', 'prune'],
        query: { all: true, 'keep-storage': keepBytes },
        signal,
        failed: { action },
      });
      return { freedBytes: pruned.SpaceReclaimed ?? 0 };
    });
  }
}

function imageInfo(image: Docker.ImageInspectInfo): ImageInfo {
  return {
    id: image.Id,
    tags: realTags(image.RepoTags),
    repoDigests: image.RepoDigests ?? [],
    labels: image.Config.Labels ?? {},
    sizeBytes: image.Size,
    env: image.Config.Env ?? [],
    os: image.Os,
    architecture: image.Architecture,
    created: new Date(image.Created),
    layers: image.RootFS.Layers ?? [],
  };
}

function realTags(tags: readonly string[] | null | undefined): readonly string[] {
  return (tags ?? []).filter((tag) => tag !== '<none>:<none>');
}

async function followPull(
  answer: AsyncIterable<Uint8Array>,
  onProgress?: (line: string) => void,
): Promise<void> {
  const seen = new Map<string, string>();
  let failure: string | undefined;
  const lines = new LineSplitter((line) => {
    if (line.trim() === '') return;
    const message = JSON.parse(line) as { id?: string; status?: string; error?: string };
    failure ??= message.error;
    if (message.status === undefined || seen.get(message.id ?? '') === message.status) return;
    seen.set(message.id ?? '', message.status);
    onProgress?.(message.id === undefined ? message.status : `${message.id}: ${message.status}`);
  });
  for await (const chunk of answer) lines.push(chunk);
  lines.end();
  if (failure !== undefined) throw new Error(failure);
}

function pullError(error: unknown, failed: Parameters<typeof toDockerError>[1]): Error {
  const known = toDockerError(error, failed);
  if (!(known instanceof AppError) || known.code !== 'docker-request-refused') return known;
  return new AppError({
    code: 'docker-pull-failed',
    message: `The image "${failed.subject ?? ''}" could not be pulled: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'Check the network and the name of the image; an image that is on the engine already needs no pull.',
    retryable: statusCodeOf(error) !== 404,
    blame: 'target',
    cause: error,
  });
}
