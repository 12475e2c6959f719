import { AppError } from '@aml/errors';

/** What was being done, for the message. */
export interface FailedAction {
  /** Where the engine is. */
  readonly address: string;
  /** As in "did not ACTION": `start the container "x"`. */
  readonly action: string;
  /** The image or container it was about. */
  readonly subject?: string | undefined;
}

interface Rule {
  readonly matches: RegExp;
  readonly code: string;
  readonly message: (failed: FailedAction) => string;
  readonly hint: string;
  readonly retryable?: boolean;
}

const quoted = (failed: FailedAction): string => `"${failed.subject ?? 'it'}"`;

/** The engine's answers say what happened only as text. The first rule that matches decides. */
const answerRules: readonly Rule[] = [
  {
    matches: /no space left on device|disk quota exceeded/i,
    code: 'docker-disk-full',
    message: (failed) =>
      `The disk of the Docker engine at ${failed.address} is full: it could not ${failed.action}.`,
    hint: 'Make room: `aml environment prune`, or see what takes it with `docker system df`.',
  },
  {
    matches:
      /could not select device driver|no known gpu vendor|nvidia-container-cli|unresolvable cdi devices/i,
    code: 'docker-gpu-unavailable',
    message: (failed) => `The Docker engine at ${failed.address} cannot give a GPU to a container.`,
    hint: 'Install the NVIDIA driver and the NVIDIA Container Toolkit on its machine, or set nvidiaDocker: false.',
  },
  {
    matches: /already in use by container/i,
    code: 'docker-name-conflict',
    message: (failed) => `A container named ${quoted(failed)} is there already.`,
    hint: 'Remove it with `docker rm -f NAME` if nothing needs it.',
  },
  {
    matches:
      /image is (being )?(used|referenced)|unable to (remove|delete).*(must be forced|cannot be forced)|conflict: unable to/i,
    code: 'docker-image-in-use',
    message: (failed) => `The image ${quoted(failed)} is used by a container or has other names.`,
    hint: 'See `docker ps -a --filter ancestor=IMAGE`.',
  },
  {
    matches: /mounts denied|bind source path does not exist|error while creating mount source path/i,
    code: 'docker-mount-refused',
    message: (failed) =>
      `The Docker engine at ${failed.address} does not see a folder that was to be mounted.`,
    hint: 'Share the folder with the engine, or keep AML_HOME in a folder that it sees.',
  },
  {
    matches: /no such container/i,
    code: 'docker-container-not-found',
    message: (failed) => `The Docker engine has no container ${quoted(failed)}.`,
    hint: 'See `docker ps -a`.',
  },
  {
    matches:
      /no such image|pull access denied|manifest (for .* )?(unknown|not found)|repository .* not found|not found: manifest|does not match the specified platform|no match(ing manifest)? for platform/i,
    code: 'docker-image-not-found',
    message: (failed) => `The image ${quoted(failed)} is not on the engine and cannot be had.`,
    hint: 'Check its name, or pull or build it first.',
  },
  {
    matches:
      /(oci runtime|runc) .*(create|exec) failed|executable file not found|failed to create (shim )?task/i,
    code: 'docker-start-failed',
    message: (failed) => `The Docker engine could not ${failed.action}.`,
    hint: 'The cause below is the engine’s own; check the command, the working directory and the mounts.',
  },
];

const unreachableCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];

/** Any failure of a call to the engine as an `AppError`. What is one already, or is an abort, is returned as it is. */
export function toDockerError(error: unknown, failed: FailedAction): Error {
  if (error instanceof AppError) return error;
  const code = propertyOf(error, 'code');
  if (error instanceof Error && (error.name === 'AbortError' || code === 'ABORT_ERR')) return error;
  const connection = typeof code === 'string' ? connectionError(code, error, failed) : undefined;
  if (connection) return connection;
  return engineAnswerError(answerText(error), error, failed);
}

/** The error for what an engine answered in words, also for the ones that arrive inside a stream. */
export function engineAnswerError(answer: string, cause: unknown, failed: FailedAction): AppError {
  const rule = answerRules.find((candidate) => candidate.matches.test(answer));
  if (rule) {
    return new AppError({
      code: rule.code,
      message: rule.message(failed),
      hint: rule.hint,
      retryable: rule.retryable,
      blame: 'target',
      cause: new AppError({ code: 'docker-answer', message: answer, blame: 'target' }),
    });
  }
  if (/socket hang up|aborted|premature close/i.test(answer)) return connectionLost(cause, failed);
  return new AppError({
    code: 'docker-request-refused',
    message: `The Docker engine at ${failed.address} did not ${failed.action}: ${answer}`,
    hint: 'Look at the engine’s log (`journalctl -u docker`) and at `docker info`.',
    blame: 'target',
    cause,
  });
}

function connectionError(code: string, cause: unknown, failed: FailedAction): AppError | undefined {
  if (code === 'ENOENT') {
    return new AppError({
      code: 'docker-engine-missing',
      message: `There is no Docker engine at ${failed.address}.`,
      hint: 'Install one (Debian and Ubuntu: `sudo apt-get install docker.io`) or start it (`sudo systemctl start docker`); DOCKER_HOST names another one.',
      blame: 'target',
      cause,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new AppError({
      code: 'docker-permission-denied',
      message: `This user may not use the Docker engine at ${failed.address}.`,
      hint: '`sudo usermod -aG docker $USER`, then sign in again (`newgrp docker` for this terminal).',
      blame: 'target',
      cause,
    });
  }
  return unreachableCodes.includes(code) ? connectionLost(cause, failed) : undefined;
}

function connectionLost(cause: unknown, failed: FailedAction): AppError {
  return new AppError({
    code: 'docker-engine-unreachable',
    message: `The Docker engine at ${failed.address} does not answer.`,
    hint: 'Start it (`sudo systemctl start docker`) and see that `docker info` works.',
    retryable: true,
    blame: 'target',
    cause,
  });
}

/** The status of an answer, where there was one. */
export function statusCodeOf(error: unknown): number | undefined {
  const status = propertyOf(error, 'statusCode');
  return typeof status === 'number' ? status : undefined;
}

/** The engine's words without what the client library puts around them. */
function answerText(error: unknown): string {
  const body = propertyOf(error, 'json');
  const message = propertyOf(body, 'message');
  if (typeof message === 'string') return message.trim();
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
