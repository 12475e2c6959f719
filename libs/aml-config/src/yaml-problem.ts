import { type YAMLError, type YAMLWarning } from 'yaml';
import { findLooseEnvironmentBlock, LOOSE_ENVIRONMENT_HINT } from './environment-block';
import { type FindingDetail, type FindingList, type Position } from './finding';
import { type SourceText } from './source-text';
import { listed } from './suggest';

/** Longer lines are not searched for known mistakes, which bounds the time. */
const LONGEST_LINE = 1000;

type Problem = FindingDetail & { readonly at: Position };

/**
 * Reports what is wrong with a text that is not YAML, with the corrected text where the mistake is a known one. Only the first mistake is
 * reported, because what follows it is mostly its consequence. False: the text cannot be relied upon.
 * A missing comma in JSON is no such mistake: real projects have it and it is clear what is meant.
 */
export function reportSyntax(
  source: SourceText,
  errors: readonly YAMLError[],
  warnings: readonly YAMLWarning[],
  findings: FindingList,
): boolean {
  for (const warning of warnings) {
    if (warning.code !== 'TAG_RESOLVE_FAILED') continue;
    findings.warning(source.path, source.positionAt(warning.pos[0]), {
      code: 'yaml-tag',
      message:
        'a YAML tag (`!…`) has no meaning in a configuration; the value is read as if it were not there',
    });
  }
  let first: YAMLError | undefined;
  for (const error of errors) {
    if (isMissingComma(error)) reportMissingComma(source, error, findings);
    else if (error.code === 'MULTIPLE_DOCS') reportSecondDocument(source, error, findings);
    else if (first === undefined || error.pos[0] < first.pos[0]) first = error;
  }
  if (first === undefined) return true;
  const problem = explain(source, first);
  findings.error(source.path, problem.at, problem);
  return false;
}

function isMissingComma(error: YAMLError): boolean {
  return error.code === 'MISSING_CHAR' && error.message.startsWith('Missing , between');
}

function reportMissingComma(source: SourceText, error: YAMLError, findings: FindingList): void {
  const before = source.text.slice(0, error.pos[0]).trimEnd().length;
  const at = source.positionAt(before);
  findings.warning(source.path, at, {
    code: 'json-comma-missing',
    message: 'a comma is missing here; the file is read as if it were there',
    fix: `${source.line(at.line).slice(0, at.column - 1)},`,
  });
}

function reportSecondDocument(source: SourceText, error: YAMLError, findings: FindingList): void {
  findings.warning(source.path, source.positionAt(error.pos[0]), {
    code: 'yaml-second-document',
    message: 'a second document starts here (`---`); only the first one is read',
  });
}

function explain(source: SourceText, error: YAMLError): Problem {
  const at = source.positionAt(error.pos[0]);
  return (
    tabProblem(source, error, at) ??
    environmentProblem(source, at) ??
    dashesInBracketsProblem(source, at) ??
    quoteProblem(source, error) ??
    bracketProblem(source, error, at) ??
    lineProblem(source, error, at) ?? {
      at,
      code: 'yaml-malformed',
      message: `this is not valid YAML: ${GENERAL[error.code] ?? 'it cannot be understood here'}`,
      hint: 'A file of `aml_config` holds lines of the form `name: value`.',
    }
  );
}

const GENERAL: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation does not fit the lines above',
  BAD_DQ_ESCAPE: 'a backslash in double quotes starts an escape that does not exist; use single quotes',
  BAD_ALIAS: 'a name is missing after `*` or `&`',
  BAD_DIRECTIVE: 'a line starts with `%`, which is reserved',
  BAD_COLLECTION_TYPE: 'the tag does not fit the value',
  BLOCK_IN_FLOW: 'an indented block stands inside brackets',
  MISSING_CHAR: 'a bracket or a comma is missing',
  MULTILINE_IMPLICIT_KEY: 'there is no `: ` between a name and a value',
  KEY_OVER_1024_CHARS: 'a name is longer than 1024 characters',
  UNEXPECTED_TOKEN: 'something stands here that belongs to no setting',
};

function tabProblem(source: SourceText, error: YAMLError, at: Position): Problem | undefined {
  const isTabbed = (line: number): boolean =>
    /^[ ]*\t/.test(source.line(line)) && source.line(line).trim() !== '';
  if (error.code !== 'TAB_AS_INDENT' && !isTabbed(at.line)) return undefined;
  let [first, last] = [at.line, at.line];
  while (isTabbed(first - 1)) first -= 1;
  while (isTabbed(last + 1)) last += 1;
  const lines: string[] = [];
  for (let line = first; line <= last; line += 1) {
    lines.push(source.line(line).replace(/^\s+/, (indent) => indent.replaceAll('\t', '  ')));
  }
  return {
    at: { line: first, column: 1 },
    code: 'yaml-tab',
    message: `${first === last ? 'the line is' : `lines ${String(first)} to ${String(last)} are`} indented with tabs; YAML allows only spaces`,
    fix: lines.join('\n'),
    hint: 'Set the editor to write spaces for the Tab key.',
  };
}

function environmentProblem(source: SourceText, at: Position): Problem | undefined {
  if (!/\.runconfig$/i.test(source.path)) return undefined;
  const block = findLooseEnvironmentBlock(source);
  if (block === undefined || at.line < block.line - 1 || at.line > block.lastLine + 1) return undefined;
  return { at: { line: block.line, column: 1 }, ...looseEnvironment(block.names), fix: block.fix };
}

/** The finding for variables that do not stand under `EnvironmentVariables:`. */
export function looseEnvironment(names: readonly string[]): FindingDetail {
  return {
    code: 'environment-variables-not-indented',
    message: `${listed(names)} ${names.length === 1 ? 'does' : 'do'} not stand under \`EnvironmentVariables\`: the entries are not indented, so the run would not get them`,
    hint: LOOSE_ENVIRONMENT_HINT,
  };
}

/** `"ArgumentVector": [` followed by lines with dashes, as a page of the old documentation shows it. */
function dashesInBracketsProblem(source: SourceText, at: Position): Problem | undefined {
  for (let line = at.line; line >= Math.max(1, at.line - 50); line -= 1) {
    const key = /^(\s*)(["']?)([\w.-]+)\2\s*:\s*\[\s*$/.exec(source.line(line).slice(0, LONGEST_LINE));
    if (key === null) continue;
    const items: string[] = [];
    let last = line + 1;
    while (/^\s*-\s/.test(source.line(last))) items.push(source.line(last++).trim().replace(/,$/, ''));
    if (items.length === 0 || !source.line(last).trim().startsWith(']')) return undefined;
    const [, indent = '', , name = ''] = key;
    return {
      at: { line, column: indent.length + 1 },
      code: 'yaml-dashes-in-brackets',
      message: `the list of \`${name}\` mixes two ways of writing: brackets and dashes`,
      fix: [`${indent}${name}:`, ...items.map((item) => `${indent}  ${item}`)].join('\n'),
    };
  }
  return undefined;
}

function quoteProblem(source: SourceText, error: YAMLError): Problem | undefined {
  const quote = /^Missing closing (["'])quote/.exec(error.message)?.[1];
  if (quote === undefined) return undefined;
  const openQuote = new RegExp(`^(\\s*(?:- +)*(?:[^\\s"'#][^"'#]*:\\s+)?)${quote}[^${quote}]*$`);
  for (let line = 1; line <= source.lineCount; line += 1) {
    const text = source.line(line);
    const opened = text.length > LONGEST_LINE ? null : openQuote.exec(text);
    if (opened === null) continue;
    return {
      at: { line, column: (opened[1] ?? '').length + 1 },
      code: 'yaml-quote',
      message: `the ${quote} that opens here is never closed`,
      fix: `${text.trimEnd()}${quote}`,
    };
  }
  return undefined;
}

function bracketProblem(source: SourceText, error: YAMLError, at: Position): Problem | undefined {
  const closing = /(?:end with a|Expected .* to end with) ([\]}])/.exec(error.message)?.[1];
  if (closing === undefined) return undefined;
  const opening = closing === ']' ? '[' : '{';
  for (let line = at.line; line >= 1; line -= 1) {
    const text = source.line(line).trimEnd();
    const column = text.lastIndexOf(opening);
    if (column < 0 || text.indexOf(closing, column) >= 0) continue;
    return {
      at: { line, column: column + 1 },
      code: 'yaml-bracket',
      message: `the ${opening} that opens here is never closed`,
      fix: column === text.length - 1 || text.length > LONGEST_LINE ? undefined : `${text}${closing}`,
    };
  }
  return undefined;
}

/** Mistakes that one line shows: no space after the colon, `=` for `:`, a value that needs quotes, a line moved in or out. */
function lineProblem(source: SourceText, error: YAMLError, at: Position): Problem | undefined {
  const text = source.line(at.line).trimEnd();
  if (text.length > LONGEST_LINE) return undefined;
  const unspaced = /^(\s*(?:- )?[A-Za-z][\w.-]*):(?![\s/\\])(\S.*)$/.exec(text);
  if (unspaced !== null && error.code === 'MULTILINE_IMPLICIT_KEY') {
    const fix = `${unspaced[1] ?? ''}: ${unspaced[2] ?? ''}`;
    return { at, code: 'yaml-colon', message: 'a space is missing after the colon', fix };
  }
  const assigned = /^(\s*)([A-Za-z][\w.-]*)\s*=\s*(.*)$/.exec(text);
  if (assigned !== null && !text.includes(': ')) {
    const fix = `${assigned[1] ?? ''}${assigned[2] ?? ''}: ${assigned[3] ?? ''}`;
    return { at, code: 'yaml-equals', message: 'a name and its value are joined by `: `, not by `=`', fix };
  }
  const pair = /^(\s*(?:- )?(?:"[^"]*"|'[^']*'|[^\s:"']+)\s*:\s+)(\S.*)$/.exec(text);
  const needsQuotes = error.code === 'BAD_SCALAR_START' || error.code === 'BLOCK_AS_IMPLICIT_KEY';
  if (needsQuotes && pair?.[1] !== undefined && pair[2] !== undefined) {
    const fix = `${pair[1]}'${pair[2].replaceAll("'", "''")}'`;
    return {
      at,
      code: 'yaml-needs-quotes',
      message: 'the value needs quotes, because it has a character that means something in YAML',
      fix,
      hint: 'Put it between single quotes; a single quote inside is written twice.',
    };
  }
  const above = source.line(at.line - 1);
  if (error.code === 'BAD_INDENT' && above.trim() !== '' && /^\s*[^[\]{}#]+:/.test(text)) {
    const fix = `${/^ */.exec(above)?.[0] ?? ''}${text.trim()}`;
    return {
      at,
      code: 'yaml-indent',
      message: `this is not valid YAML: ${GENERAL['BAD_INDENT'] ?? ''}`,
      fix,
    };
  }
  return undefined;
}
