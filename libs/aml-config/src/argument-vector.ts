import { COMMAND_LINE, type FindingList, quoted } from './finding';
import { type RunConfigurationKey } from './known-keys';
import { type NameValues } from './name-values';
import { projectPath } from './project-path';
import { findSecretArguments, MASK } from './secrets-look';
import { type SourceText } from './source-text';
import { isNull, type YamlNode } from './yaml-node';

/** The token of `ArgumentVector` that stands for the script given at submit. */
export const FILE_TOKEN = '$file';

/** Reads `ArgumentVector`: a list of texts; numbers and booleans are the text as written. */
export function readArgumentVector(
  values: NameValues<RunConfigurationKey>,
  source: SourceText,
  findings: FindingList,
): readonly string[] {
  const value = values.entry('ArgumentVector')?.value;
  if (value === undefined || isNull(value)) return [];
  if (value.kind === 'list') return readArguments(value.items, source, findings);
  findings.error(source.path, source.positionAt(value.offset), {
    code: 'wrong-type',
    message: '`ArgumentVector` must be a list: one line for the script and one for each argument',
    fix: ['ArgumentVector:', ...wordsOf(value).map((word) => `  - ${word}`)].join('\n'),
  });
  return [];
}

/** The items of a list as arguments. */
export function readArguments(
  items: readonly YamlNode[],
  source: SourceText,
  findings: FindingList,
): readonly string[] {
  return items.flatMap((item) => {
    if (item.kind === 'scalar' && !isNull(item)) return [item.text];
    const at = source.positionAt(item.offset);
    if (item.kind === 'scalar') {
      findings.warning(source.path, at, {
        code: 'argument-empty',
        message: 'an item of the list is empty; it is left out',
        hint: 'Write `- ""` for an empty argument.',
      });
      return [];
    }
    const [pair] = item.kind === 'map' ? item.entries : [];
    findings.error(source.path, at, {
      code: 'argument-malformed',
      message: `an argument must be text, here it is ${item.kind === 'map' ? 'a name and a value' : 'a list'}`,
      fix: pair?.value.kind === 'scalar' ? `- ${pair.key.text}\n- ${pair.value.text}` : undefined,
      hint: 'Put an argument that has `: ` in it in quotes.',
    });
    return [];
  });
}

function wordsOf(value: YamlNode): readonly string[] {
  if (value.kind !== 'scalar') return [FILE_TOKEN];
  const words = value.text.trim().split(/\s+/).slice(0, 50);
  const secrets = new Set(findSecretArguments(words).map(({ index }) => index));
  return words.map((word, index) => (secrets.has(index) ? MASK : word));
}

export interface SubmittedScript {
  readonly script?: string;
  readonly arguments?: readonly string[];
}

/**
 * The command of a run: the script, then its arguments.
 *
 * - A script was given and the vector has `$file`: the script takes the place of `$file`, the vector's other arguments stay, and those
 *   that were given follow (so that, with most parsers of arguments, they win).
 * - A script was given and the vector has no `$file`: the vector names a program of its own and is not used at all.
 * - No script was given: the vector, then the arguments that were given.
 */
export function composeArguments(vector: readonly string[], submitted: SubmittedScript): readonly string[] {
  const given = submitted.arguments ?? [];
  if (submitted.script === undefined) return [...vector, ...given];
  const script = submitted.script;
  if (!vector.includes(FILE_TOKEN)) return [script, ...given];
  return [...vector.map((argument) => (argument === FILE_TOKEN ? script : argument)), ...given];
}

/** The script as a path from the project root, or an error that says why it cannot be run. */
export function checkScript(
  script: string,
  typed: boolean,
  file: string,
  at: { line: number; column: number },
  findings: FindingList,
): string | undefined {
  const path = projectPath(typed ? script.replace(/^(?:\.\/)+/, '') : script.replaceAll('\\', '/'));
  if (path.kind === 'inside') {
    if (!typed && script.includes('\\')) {
      findings.warning(file, at, {
        code: 'path-separator',
        message: `the script ${quoted(script)} is written with backslashes; it is read as ${quoted(path.path)}`,
        fix: `- ${path.path}`,
      });
    }
    return path.path;
  }
  findings.error(typed ? COMMAND_LINE : file, at, {
    code: 'script-outside-project',
    message: `the script ${quoted(script)} is ${path.kind === 'empty' ? 'not the name of a file' : 'outside the project'}; a run has only what is in the project folder`,
    hint: 'Copy the script into the project and give its path from the project folder.',
  });
  return undefined;
}
