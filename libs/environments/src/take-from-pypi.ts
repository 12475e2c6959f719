import { nameOnPypi } from './conda-names-on-pypi';
import type { CondaSpec } from './conda-spec';
import type { Notice } from './notice';
import { normaliseName } from './removed-packages';
import { constraintText, pipConstraint } from './version-constraint';

export interface TakenFromPypi {
  /** Requirement lines, in the order of the conda list. */
  readonly lines: readonly string[];
  /** One for each package that was taken or left out. */
  readonly warnings: readonly Notice[];
  /** One for each package that cannot be had. */
  readonly errors: readonly Notice[];
}

/** What a conda environment has and old scripts rely on, such as `pkg_resources`. */
const alwaysThere = ['pip', 'setuptools<81', 'wheel'];

/** The conda list in terms of the Python package index, `python` itself excepted. A name that the pip list has too is left to it. */
export function takeFromPypi(specs: readonly CondaSpec[], pipLines: readonly string[]): TakenFromPypi {
  const lines: string[] = [];
  const warnings: Notice[] = [];
  const errors: Notice[] = [];
  const namedByPip = new Set(pipLines.map(nameOfLine));
  for (const spec of specs) {
    if (spec.name === 'python' || spec.name.startsWith('__')) continue;
    const line = spec.source;
    const meaning = nameOnPypi(spec.name);
    if (meaning?.kind === 'left-out') {
      warnings.push({
        code: 'environment-conda-package-left-out',
        message: `"${line}" is left out: ${meaning.because}.`,
        line,
      });
      continue;
    }
    if (meaning?.kind === 'unavailable') {
      errors.push(unavailable(line, `is not in the Python package index`, meaning.instead));
      continue;
    }
    const name = meaning?.name ?? spec.name;
    const constraint = pipConstraint(spec.version);
    if (constraint === undefined) {
      const versions = constraintText(spec.version);
      errors.push(
        unavailable(line, `allows "${versions}", which pip cannot say`, 'write one range of versions'),
      );
      continue;
    }
    if (namedByPip.has(normaliseName(name))) continue;
    lines.push(name + constraint);
    warnings.push({
      code: 'environment-conda-package-from-pypi',
      message: `"${line}" is taken from the Python package index as "${name}${constraint}".`,
      line,
    });
  }
  const named = new Set([...namedByPip, ...lines.map(nameOfLine)]);
  lines.push(...alwaysThere.filter((line) => !named.has(nameOfLine(line))));
  return { lines, warnings, errors };
}

/** Normalised name of the package that a requirement line asks for; empty for lines of another kind. */
export function nameOfLine(line: string): string {
  return normaliseName(/^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(line)?.[0] ?? '');
}

function unavailable(line: string, because: string, instead: string): Notice {
  return {
    code: 'environment-conda-package-unavailable',
    message: `"${line}" ${because}.`,
    hint: `${instead.charAt(0).toUpperCase()}${instead.slice(1)}.`,
    line,
  };
}
