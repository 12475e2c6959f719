import { AppError, type ErrorData } from '@aml/errors';

/**
 * The error of a stage that failed, from what its programs wrote. Ours say it themselves in one line (`aml-error: {…}`);
 * of uv and pip the reason is taken from the end of their output.
 */
export function explainBuildFailure(title: string, lines: readonly string[], error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'docker-build-failed') return error;
  const said = lines.map(saidByUs).find((data) => data !== undefined);
  if (said) return new AppError({ ...said, blame: 'target', cause: error });
  if (lines.some((line) => /no space left on device/i.test(line))) {
    return new AppError({
      code: 'docker-disk-full',
      message: `The disk of the Docker engine is full: ${title} could not be installed.`,
      hint: 'Make room: `aml environment prune`, or see what takes it with `docker system df`.',
      blame: 'target',
      cause: error,
    });
  }
  const reason = reasonOfUv(lines) ?? reasonOfPip(lines);
  return new AppError({
    code: reason === undefined ? 'environment-build-failed' : 'environment-pip-failed',
    message:
      reason === undefined
        ? `The ${title} could not be made. ${error.message}`
        : `The ${title} could not be installed. ${reason}`,
    hint:
      reason === undefined
        ? 'The last lines of the build log say why.'
        : 'Change the line that the message names in the dependency file; the build log has all of it.',
    blame: 'target',
    cause: error,
  });
}

function saidByUs(line: string): Pick<ErrorData, 'code' | 'message' | 'hint'> | undefined {
  const json = /^aml-error: (\{.*\})$/.exec(line)?.[1];
  if (json === undefined) return undefined;
  try {
    const { code, message, hint } = JSON.parse(json) as Record<string, unknown>;
    if (typeof code !== 'string' || typeof message !== 'string') return undefined;
    return { code, message, ...(typeof hint === 'string' ? { hint } : {}) };
  } catch {
    return undefined;
  }
}

/**
 * uv says `error: WHAT` and then `  cause: WHY` (older versions: a tree that starts with `×`). Of a package that could not be built the last
 * line of its own output says more than the cause.
 */
function reasonOfUv(lines: readonly string[]): string | undefined {
  const start = lines.findLastIndex((line) => /^(error: |\s*× )/.test(line));
  if (start < 0) return undefined;
  const what = (lines[start] ?? '').replace(/^(error: |\s*× )/, '');
  const rest = lines.slice(start + 1).filter((line) => !/^hint: /.test(line));
  const causes = rest
    .filter(
      (line) =>
        /^\s*(cause: |[├╰]─▶ |│? {2,}Because )/.test(line) && !/build backend returned|Call to `/.test(line),
    )
    .map((line) => line.replace(/^[\s├╰─▶│]*(cause: )?/, ''));
  const own = /^Failed to build/.test(what)
    ? rest.findLast((line) => /^\s+\S/.test(line))?.trim()
    : undefined;
  return [what, ...causes, ...(own === undefined ? [] : [own])].map(asSentence).join(' ');
}

function asSentence(text: string): string {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}

function reasonOfPip(lines: readonly string[]): string | undefined {
  const errors = lines
    .filter((line) => line.startsWith('ERROR: '))
    .map((line) => line.slice('ERROR: '.length));
  return errors.length === 0 ? undefined : [...new Set(errors)].join(' ');
}
