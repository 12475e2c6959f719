import { Readable } from 'node:stream';
import { AppError } from '@aml/errors';
import { BuildOutput, type BuildOutcome } from './build-output';
import type { BuildRequest, BuiltImage } from './build-request';
import { openBuildKitSession } from './buildkit-session';
import { engineAnswerError, toDockerError, type FailedAction } from './docker-error';
import type { EngineConnection } from './engine-connection';
import { packFiles } from './pack-files';
import { LineSplitter } from './split-lines';

/** Builds with BuildKit (inside a session) or with the classic builder, and follows the output to its end. */
export async function buildImage(
  engine: EngineConnection,
  request: BuildRequest,
  useBuildKit: boolean,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const secrets = request.secrets ?? {};
  if (!useBuildKit && Object.keys(secrets).length > 0) {
    throw new AppError({
      code: 'docker-secrets-need-buildkit',
      message: `The build of "${request.tag}" has secrets, which the classic builder cannot keep out of the image.`,
      hint: 'Use an engine with BuildKit (20.10 or newer), or allow it in the settings.',
      blame: 'target',
    });
  }
  const session = useBuildKit ? await openBuildKitSession(engine, secrets, signal) : undefined;
  try {
    const outcome = await runBuild(engine, request, session?.id, signal);
    const failed = failedBuild(request);
    if (outcome.error !== undefined)
      throw buildError(outcome.error, outcome.lastBaseImage, engine.failedAction(failed));
    return { imageId: await imageIdOf(engine, request.tag, outcome, signal) };
  } finally {
    session?.close();
  }
}

async function runBuild(
  engine: EngineConnection,
  request: BuildRequest,
  session: string | undefined,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const context: AsyncIterable<Uint8Array> = isFileList(request.context)
    ? packFiles(request.context)
    : request.context;
  const body = Readable.from(context);
  try {
    const answer = await engine.stream({
      method: 'POST',
      path: ['build'],
      query: queryOf(request, session),
      file: body,
      signal,
      failed: failedBuild(request),
    });
    return await followBuild(answer, request.onOutput ?? (() => undefined));
  } catch (error) {
    throw toDockerError(error, engine.failedAction(failedBuild(request)));
  } finally {
    body.destroy();
  }
}

function isFileList(
  context: BuildRequest['context'],
): context is Exclude<BuildRequest['context'], AsyncIterable<Uint8Array>> {
  return Array.isArray(context);
}

function queryOf(
  request: BuildRequest,
  session: string | undefined,
): Record<string, string | number | boolean | undefined> {
  return {
    t: request.tag,
    dockerfile: request.dockerfile ?? 'Dockerfile',
    labels: JSON.stringify(request.labels ?? {}),
    buildargs: JSON.stringify(request.buildArgs ?? {}),
    target: request.target,
    platform: request.platform,
    networkmode: request.networkMode,
    extrahosts: request.extraHosts?.join(','),
    nocache: request.noCache ? true : undefined,
    version: session === undefined ? '1' : '2',
    session,
    rm: true,
    forcerm: true,
  };
}

async function followBuild(
  answer: AsyncIterable<Uint8Array>,
  onLine: (line: string) => void,
): Promise<BuildOutcome> {
  const output = new BuildOutput(onLine);
  // A message holds a whole trace and may be long.
  const lines = new LineSplitter((line) => output.accept(line), 64 * 1024 * 1024);
  for await (const chunk of answer) lines.push(chunk);
  lines.end();
  return output.finish();
}

async function imageIdOf(
  engine: EngineConnection,
  tag: string,
  outcome: BuildOutcome,
  signal: AbortSignal,
): Promise<string> {
  if (outcome.imageId?.startsWith('sha256:') && outcome.imageId.length === 71) return outcome.imageId;
  const failed = { action: `find the image "${tag}" that it has built`, subject: tag };
  const image = await engine.json<{ Id: string }>({
    method: 'GET',
    path: ['images', tag, 'json'],
    signal,
    failed,
  });
  return image.Id;
}

function failedBuild(request: BuildRequest): Omit<FailedAction, 'address'> {
  return { action: `build the image "${request.tag}"`, subject: request.tag };
}

/** A step that failed is the build's own failure; a full disk or a base image that cannot be had says so. */
function buildError(answer: string, lastBaseImage: string | undefined, failed: FailedAction): AppError {
  const baseImage =
    /(?:failed to resolve source metadata for|failed to do request: Head) (\S+?):? /.exec(answer)?.[1] ??
    lastBaseImage;
  const known = engineAnswerError(answer, undefined, { ...failed, subject: baseImage ?? failed.subject });
  if (known.code === 'docker-disk-full' || known.code === 'docker-image-not-found') return known;
  const cause = new AppError({ code: 'docker-answer', message: answer, blame: 'target' });
  if (
    baseImage !== undefined &&
    /dial tcp|no such host|i\/o timeout|TLS handshake|x509|connection re/i.test(answer)
  ) {
    return new AppError({
      code: 'docker-pull-failed',
      message: `The base image "${baseImage}" is not on the engine and could not be pulled: ${answer}`,
      hint: 'Check the network of the engine’s machine, or choose a base image that is on it (`docker image ls`).',
      retryable: true,
      blame: 'target',
      cause,
    });
  }
  return new AppError({
    code: 'docker-build-failed',
    message: `The image "${failed.subject ?? ''}" could not be built: ${readableStep(answer)}`,
    hint: 'The last lines of the build log say why.',
    blame: 'target',
    cause,
  });
}

/** `executor failed running [/bin/sh -c X]: exit code: 1` and `process "/bin/sh -c X" did not complete …` as one sentence. */
function readableStep(answer: string): string {
  const match =
    /(?:process|running) ["[](.+?)["\]](?::| did not complete successfully:) exit code: (\d+)/s.exec(
      answer,
    ) ?? /The command '(.+)' returned a non-zero code: (\d+)/s.exec(answer);
  if (!match?.[1]) return answer;
  const command = match[1]
    .replace(/^\/bin\/sh -c /, '')
    .replace(/^--mount=\S+\s+/g, '')
    .trim();
  const short = command.length > 120 ? `${command.slice(0, 120)}…` : command;
  return `the step \`${short}\` ended with code ${match[2]}.`;
}
