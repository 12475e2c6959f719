import { entriesOutsideTheBlock, indentedBlock, LOOSE_ENVIRONMENT_HINT } from './environment-block';
import { type FindingList, quoted } from './finding';
import { type NameValues } from './name-values';
import { type RunConfigurationKey } from './known-keys';
import { secretReason } from './secrets-look';
import { type SourceText } from './source-text';
import { describe, isNull, type MapEntry, type MapNode, type YamlNode } from './yaml-node';
import { looseEnvironment } from './yaml-problem';

type Values = NameValues<RunConfigurationKey>;

/**
 * Reads `EnvironmentVariables`. Numbers and booleans are the text as written (`1.0` stays `1.0`), nothing is the empty text.
 * Entries that stand beside the key in place of under it are an error with the corrected block.
 */
export function readEnvironmentVariables(
  values: Values,
  root: MapNode | undefined,
  source: SourceText,
  findings: FindingList,
): { readonly variables: Readonly<Record<string, string>>; readonly misplaced: ReadonlySet<MapEntry> } {
  const misplaced = new Set(root === undefined ? [] : entriesOutsideTheBlock(root));
  reportMisplaced(values, [...misplaced], source, findings);
  const entry = values.entry('EnvironmentVariables');
  if (entry === undefined || isNull(entry.value)) return { variables: {}, misplaced };
  if (entry.value.kind !== 'map') {
    reportWrongShape(entry, source, findings);
    return { variables: {}, misplaced };
  }
  return { variables: readVariables(entry.value, source, findings), misplaced };
}

/** The names and values of a map as environment variables. */
export function readVariables(
  map: MapNode,
  source: SourceText,
  findings: FindingList,
): Readonly<Record<string, string>> {
  const variables = new Map<string, string>();
  for (const { key, value } of map.entries) {
    const at = source.positionAt(key.offset);
    const name = key.text.trim();
    const problem = variableProblem(name, value.kind === 'scalar' ? value.text : '');
    if (problem !== undefined) {
      findings.error(source.path, at, { code: 'environment-variable-malformed', message: problem });
    } else if (value.kind !== 'scalar') {
      reportNested(name, value, source, findings);
    } else {
      if (variables.has(name)) {
        findings.warning(source.path, at, {
          code: 'duplicate-key',
          message: `the environment variable ${quoted(name)} stands here a second time; this one counts`,
        });
      }
      variables.set(name, isNull(value) ? '' : value.text);
      reportSecret(name, value, source, findings);
    }
  }
  return Object.fromEntries(variables);
}

/** Why a name and a value cannot be an environment variable; undefined: they can. */
export function variableProblem(name: string, value: string): string | undefined {
  if (name === '') return 'an environment variable has an empty name';
  if (/[=\0]/.test(name))
    return `an environment variable cannot be called ${quoted(name)}: the name has a \`=\` or a NUL in it`;
  if (value.includes('\0')) return `the environment variable ${quoted(name)} has a NUL byte in its value`;
  return undefined;
}

function reportMisplaced(
  values: Values,
  misplaced: readonly MapEntry[],
  source: SourceText,
  findings: FindingList,
): void {
  const key = values.entry('EnvironmentVariables')?.key;
  const [first] = misplaced;
  const last = misplaced.at(-1);
  if (key === undefined || first === undefined || last === undefined) return;
  const lastLine = source.positionAt(Math.max(last.value.end - 1, last.key.end)).line;
  findings.error(source.path, source.positionAt(first.key.offset), {
    ...looseEnvironment(misplaced.map((entry) => entry.key.text)),
    fix: indentedBlock(source, source.positionAt(key.offset).line, lastLine),
  });
}

function reportWrongShape(entry: MapEntry, source: SourceText, findings: FindingList): void {
  const { key, value } = entry;
  const firstLine = source.positionAt(key.offset).line;
  const lastLine = source.positionAt(Math.max(value.end - 1, value.offset)).line;
  findings.error(source.path, source.positionAt(value.offset), {
    code: 'environment-variables-shape',
    message: `\`EnvironmentVariables\` must be a map of names and values, here it is ${describe(value)}`,
    fix: indentedBlock(source, firstLine, lastLine),
    hint: LOOSE_ENVIRONMENT_HINT,
  });
}

function reportNested(name: string, value: YamlNode, source: SourceText, findings: FindingList): void {
  findings.error(source.path, source.positionAt(value.offset), {
    code: 'environment-variable-nested',
    message: `the environment variable ${quoted(name)} is ${describe(value)}; the value of a variable is text`,
    fix: `${name}: '{"as": "JSON text"}'`,
  });
}

function reportSecret(
  name: string,
  value: YamlNode & { readonly text: string },
  source: SourceText,
  findings: FindingList,
): void {
  const reason = secretReason(name, value.text);
  if (reason === undefined) return;
  findings.warning(source.path, source.positionAt(value.offset), {
    code: 'secret-in-configuration',
    message: `the environment variable ${quoted(name)} looks like a secret, because ${reason}; it is kept in every snapshot of the project`,
    hint: `Remove the line and give the value when you submit: \`--env ${/^[\w.-]+$/.test(name) ? name : 'NAME'}=…\`.`,
  });
}
