import { createHash } from 'node:crypto';
import { AppError } from '@aml/errors';
import type { BuildRequest, BuiltImage } from './build-request';
import type {
  CallOptions,
  DockerImages,
  ImageInfo,
  ImageSummary,
  LabelFilter,
  PullOptions,
} from './docker-engine';
import { matchesLabels } from './match-labels';

/** Files inside an image or container, by absolute path. */
export type FakeFiles = ReadonlyMap<string, Uint8Array>;

export class FakeImages implements DockerImages {
  /** Every build that was asked for, in order. */
  readonly builds: BuildRequest[] = [];
  /** What a build does before its image is there: write output, wait, throw; the files it returns are in the image. Default: nothing. */
  onBuild: (request: BuildRequest) => Promise<FakeFiles | void> | FakeFiles | void = () => undefined;
  /** Images that can be pulled. */
  readonly pullable = new Map<string, Partial<ImageInfo>>();
  /** What the builder keeps. */
  buildCacheBytes = 0;
  private readonly byTag = new Map<string, ImageInfo>();
  private readonly files = new Map<string, FakeFiles>();

  constructor(private readonly enter: (call: CallOptions | undefined) => Promise<void>) {}

  /** Puts an image there. */
  add(tag: string, facts: Partial<ImageInfo> = {}, files: FakeFiles = new Map()): ImageInfo {
    const image: ImageInfo = {
      id: `sha256:${createHash('sha256').update(tag).digest('hex')}`,
      repoDigests: [],
      labels: {},
      sizeBytes: 100_000_000,
      env: ['PATH=/usr/local/bin:/usr/bin:/bin'],
      os: 'linux',
      architecture: 'amd64',
      created: new Date(0),
      layers: [],
      ...facts,
      tags: [tag],
    };
    this.byTag.set(tag, image);
    this.files.set(image.id, files);
    return image;
  }

  /** What is in an image; undefined when it is not there. */
  filesOf(reference: string): FakeFiles | undefined {
    const image = this.find(reference);
    return image && this.files.get(image.id);
  }

  async inspect(reference: string, call?: CallOptions): Promise<ImageInfo | undefined> {
    await this.enter(call);
    return this.find(reference);
  }

  async build(request: BuildRequest, call?: CallOptions): Promise<BuiltImage> {
    await this.enter(call);
    this.builds.push(request);
    const files = await this.onBuild(request);
    call?.signal?.throwIfAborted();
    const image = this.add(request.tag, { labels: request.labels ?? {} }, files ?? new Map());
    return { imageId: image.id };
  }

  async pull(reference: string, options?: PullOptions): Promise<ImageInfo> {
    await this.enter(options);
    const facts = this.pullable.get(reference);
    if (!facts) throw imageNotFound(reference);
    options?.onProgress?.(`Pulling ${reference}`);
    return this.add(reference, facts);
  }

  async tag(reference: string, newReference: string, call?: CallOptions): Promise<void> {
    await this.enter(call);
    const image = this.find(reference);
    if (!image) throw imageNotFound(reference);
    this.byTag.set(newReference, image);
    this.refreshTags();
  }

  async remove(reference: string, call?: CallOptions): Promise<boolean> {
    await this.enter(call);
    const image = this.find(reference);
    if (!image) return false;
    for (const [tag, candidate] of this.byTag) {
      if (tag === reference || (reference === image.id && candidate.id === image.id)) this.byTag.delete(tag);
    }
    this.refreshTags();
    return true;
  }

  async listByLabel(labels: readonly LabelFilter[], call?: CallOptions): Promise<readonly ImageSummary[]> {
    await this.enter(call);
    const distinct = new Map([...this.byTag.values()].map((image) => [image.id, image]));
    return [...distinct.values()].filter((image) => matchesLabels(image.labels, labels));
  }

  async pruneBuildCache(keepBytes: number, call?: CallOptions): Promise<{ readonly freedBytes: number }> {
    await this.enter(call);
    const freedBytes = Math.max(0, this.buildCacheBytes - keepBytes);
    this.buildCacheBytes -= freedBytes;
    return { freedBytes };
  }

  private find(reference: string): ImageInfo | undefined {
    return this.byTag.get(reference) ?? [...this.byTag.values()].find((image) => image.id === reference);
  }

  private refreshTags(): void {
    for (const [tag, image] of this.byTag) {
      const tags = [...this.byTag].filter(([, other]) => other.id === image.id).map(([name]) => name);
      this.byTag.set(tag, { ...image, tags });
    }
  }
}

export function imageNotFound(reference: string): AppError {
  return new AppError({
    code: 'docker-image-not-found',
    message: `The image "${reference}" is not on the engine.`,
    hint: 'Check its name, or pull or build it first.',
    blame: 'target',
  });
}
