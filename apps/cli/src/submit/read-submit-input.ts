import { AppError } from '@aml/errors';
import type { CommandInput } from '../command-input';
import type { SubmitRequest } from './submit-request';
import { parseTimeLimit } from './time-limit';

/** Parses what was typed after `submit`. @throws AppError (blame: user) naming the option. */
export function readSubmitInput(input: CommandInput): SubmitRequest {
  const [script, ...args] = input.operands;
  const limit = input.text('timeLimit');
  return {
    configuration: input.needed('runConfiguration', '-c, --run-configuration'),
    target: input.text('target'),
    script,
    arguments: args,
    framework: readFramework(input.text('framework')),
    environmentVariables: input.pairs('env', '--env'),
    prepareEnvironment: input.choice('prepare'),
    refreshBase: input.flag('refreshBase'),
    // commander says true where the option is absent; then the configuration decides.
    tracked: input.choice('track') === false ? false : undefined,
    timeLimitSeconds: limit === undefined ? null : parseTimeLimit(limit),
    name: input.text('name') ?? null,
    description: input.text('description') ?? null,
    tags: input.pairs('tag', '--tag'),
    idempotencyKey: input.text('idempotencyKey'),
  };
}

/** `python` and `pyspark`, however capitals are set. @throws AppError `framework-unknown` (blame: user). */
export function readFramework(text: string | undefined): 'Python' | 'PySpark' | undefined {
  if (text === undefined) return undefined;
  const framework = ({ python: 'Python', pyspark: 'PySpark' } as const)[text.toLowerCase()];
  if (framework !== undefined) return framework;
  throw new AppError({
    code: 'framework-unknown',
    message: `\`${text}\` is not a framework`,
    hint: 'Use --framework Python or --framework PySpark.',
    blame: 'user',
  });
}

/**
 * `submit NAME.runconfig`: the configuration stands where the script usually does, and script and arguments come from its
 * ArgumentVector. Rewritten to `-c NAME`, so that options may follow.
 */
export function rewriteRunConfigOperand(
  words: readonly string[],
  valueOptions: ReadonlySet<string>,
): readonly string[] {
  const named = new Set(['-c', '--run-configuration']);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--' || [...named].some((option) => word === option || word.startsWith(`${option}=`)))
      return words;
    if (word.startsWith('-') && word !== '-') {
      if (valueOptions.has(word)) index += 1;
      continue;
    }
    if (!/\.runconfig$/i.test(word)) return words;
    return [...words.slice(0, index), '-c', word, ...words.slice(index + 1)];
  }
  return words;
}
