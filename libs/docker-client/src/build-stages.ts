import { AppError } from '@aml/errors';
import { explainBuildFailure } from './build-failure';
import type { ContextFile } from './build-request';
import { toClassicDockerfile } from './classic-dockerfile';
import type { DockerEngine } from './docker-engine';
import { filesOfFolder } from './folder-files';
import { readLock, type ImageLock } from './read-lock';
import type { Stage, StageToBuild, StageToPull } from './stage';

export interface BuildStagesOptions {
  /** What is done and what the builds write, line by line. */
  readonly onOutput?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** By the ids that the stages mount; absent ones are left out. */
  readonly secrets?: Readonly<Record<string, Uint8Array | string>>;
  /** `http_proxy` and its relatives, for the builds only; the engine keeps these out of images. */
  readonly proxies?: Readonly<Record<string, string>>;
  /** The network of build steps: `host`, or the name of a network. Default: the engine's. */
  readonly networkMode?: string;
  /** False forces the classic builder. Default: what the engine can do best. */
  readonly useBuildKit?: boolean;
}

export interface StageOutcome {
  readonly name: string;
  readonly tag: string;
  readonly action: 'found' | 'pulled' | 'built';
  readonly seconds: number;
}

export interface BuiltStages {
  readonly imageId: string;
  /** The last stage's. */
  readonly tag: string;
  readonly lock: ImageLock;
  readonly seconds: number;
  readonly stages: readonly StageOutcome[];
}

const throwawayLabel = 'aml.throwaway';

/**
 * Makes the last of these images and whatever it needs; what is there already is left alone. A failure is an `AppError` whose message has the solver's or
 * pip's reason.
 */
export async function buildEnvironmentImage(
  engine: DockerEngine,
  stages: readonly Stage[],
  options: BuildStagesOptions = {},
): Promise<BuiltStages> {
  const started = performance.now();
  const last = stages.at(-1);
  if (!last)
    throw new AppError({ code: 'environment-without-stages', message: 'There is nothing to build.' });
  const useBuildKit =
    options.useBuildKit !== false && (await engine.info({ signal: options.signal })).buildkit;
  const outcomes: StageOutcome[] = [];
  const finished = await engine.images.inspect(last.tag, { signal: options.signal });
  for (const stage of finished ? [] : stages) {
    outcomes.push(await makeStage(engine, stage, { ...options, useBuildKit }));
  }
  const image = finished ?? (await engine.images.inspect(last.tag, { signal: options.signal }));
  if (!image)
    throw new AppError({
      code: 'environment-image-gone',
      message: `The image "${last.tag}" is gone again.`,
      retryable: true,
    });
  return {
    imageId: image.id,
    tag: last.tag,
    lock: await readLock(engine, last.tag, options.signal),
    seconds: secondsSince(started),
    stages: outcomes,
  };
}

async function makeStage(
  engine: DockerEngine,
  stage: Stage,
  options: BuildStagesOptions,
): Promise<StageOutcome> {
  const { signal, onOutput } = options;
  const { name, tag } = stage;
  signal?.throwIfAborted();
  if (await engine.images.inspect(tag, { signal })) return { name, tag, action: 'found', seconds: 0 };
  const started = performance.now();
  onOutput?.(`==> ${stage.kind === 'pull' ? stage.reference : stage.title}`);
  if (stage.kind === 'pull') await pullStage(engine, stage, options);
  else await buildStage(engine, stage, options);
  const seconds = secondsSince(started);
  onOutput?.(`==> ${stage.kind === 'pull' ? 'here' : 'made'} in ${seconds.toFixed(1)} s: ${tag}`);
  return { name, tag, action: stage.kind === 'pull' ? 'pulled' : 'built', seconds };
}

async function pullStage(
  engine: DockerEngine,
  stage: StageToPull,
  options: BuildStagesOptions,
): Promise<void> {
  const { signal, onOutput } = options;
  const known = await engine.images.inspect(stage.reference, { signal });
  const progress = onOutput ? { onProgress: onOutput } : {};
  const image =
    known ?? (await engine.images.pull(stage.reference, { signal, platform: stage.platform, ...progress }));
  if (stage.imageId !== undefined && image.id !== stage.imageId) {
    throw new AppError({
      code: 'environment-base-changed',
      message: `The base image "${stage.reference}" is another one now (${image.id.slice(7, 19)} instead of ${stage.imageId.slice(7, 19)}).`,
      hint: 'Prepare again with --refresh-base to take the new one.',
      blame: 'target',
    });
  }
  await engine.images.tag(image.id, stage.tag, { signal });
}

async function buildStage(
  engine: DockerEngine,
  stage: StageToBuild,
  options: BuildStagesOptions,
): Promise<void> {
  const { signal, onOutput, networkMode, useBuildKit } = options;
  const lines: string[] = [];
  const folders = await Promise.all(stage.folders.map(filesOfFolder));
  const context = contextOf(stage, folders.flat(), options);
  try {
    await engine.images.build(
      {
        ...context,
        tag: stage.tag,
        labels: stage.labels,
        buildArgs: { ...options.proxies, ...stage.buildArgs },
        platform: stage.platform,
        ...(useBuildKit === undefined ? {} : { useBuildKit }),
        ...(networkMode === undefined ? {} : { networkMode }),
        onOutput: (line) => {
          lines.push(line);
          if (!line.startsWith('aml-error: ')) onOutput?.(line);
        },
      },
      { signal },
    );
  } catch (error) {
    throw explainBuildFailure(stage.title, lines, error);
  } finally {
    if (useBuildKit === false) await removeThrowaways(engine, stage);
  }
}

/** BuildKit mounts secrets; for the classic builder they are files of the context, copied into a stage that is thrown away. */
function contextOf(
  stage: StageToBuild,
  folderFiles: readonly ContextFile[],
  options: BuildStagesOptions,
): { context: readonly ContextFile[]; secrets?: Readonly<Record<string, Uint8Array | string>> } {
  const secrets = options.secrets ?? {};
  const files = [...stage.files, ...folderFiles];
  if (options.useBuildKit !== false) {
    return { context: [...files, { path: 'Dockerfile', content: stage.dockerfile }], secrets };
  }
  const classic = toClassicDockerfile(
    stage.classicDockerfile ?? stage.dockerfile,
    new Set(Object.keys(secrets)),
  );
  const secretFiles = [...classic.secretFiles].map(([path, id]) => ({ path, content: secrets[id] ?? '' }));
  return { context: [...files, ...secretFiles, { path: 'Dockerfile', content: classic.text }] };
}

/** The images of stages that hold secrets. One that another build still uses is left to that build. */
async function removeThrowaways(engine: DockerEngine, stage: StageToBuild): Promise<void> {
  const images = await engine.images.listByLabel([{ name: throwawayLabel }]).catch(() => []);
  for (const image of images) {
    const value = image.labels[throwawayLabel];
    if (image.tags.length > 0 || (value !== stage.tag && value !== stage.name)) continue;
    await engine.images.remove(image.id).catch(() => false);
  }
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
