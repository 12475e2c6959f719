import type { BaseFacts } from './base-image';
import { condaSpecText, type CondaSpec } from './conda-spec';
import type { PythonSource } from './environment-definition';
import type { EnvironmentSettings } from './environment-settings';
import type { Notice } from './notice';
import { allows, compareVersions, minorOf } from './version-constraint';

export interface ChosenPython {
  readonly python?: PythonSource;
  readonly warnings: readonly Notice[];
  readonly errors: readonly Notice[];
}

/** The base image's own Python where it is what the project asks for, or where the settings allow a newer one. */
export function chooseBasePython(
  wanted: CondaSpec | undefined,
  facts: BaseFacts,
  baseReference: string,
  settings: EnvironmentSettings,
): ChosenPython {
  if (facts.python === undefined) {
    return failed({
      code: 'environment-base-without-python',
      message: `The base image "${baseReference}" has no Python, and packages are taken from the Python package index.`,
      hint: 'Choose a base image with Python (baseDockerImage), or take packages from conda (setting packageSource: conda).',
    });
  }
  const version = minorOf(facts.python);
  const own = { from: 'base', version, command: facts.pythonCommand ?? 'python3' } as const;
  if (!wanted || allows(wanted.version, facts.python)) return { python: own, warnings: [], errors: [] };

  const line = wanted.source;
  const lowest = lowestNamed(wanted);
  if (lowest !== undefined && minorOf(lowest) === version) {
    return { python: own, warnings: [instead(line, facts.python, baseReference)], errors: [] };
  }
  if (
    settings.pythonFallback === 'nearest-newer' &&
    lowest !== undefined &&
    compareVersions(facts.python, lowest) > 0
  ) {
    return {
      python: { ...own, instead: condaSpecText(wanted) },
      warnings: [instead(line, facts.python, baseReference)],
      errors: [],
    };
  }
  return failed({
    code: 'environment-python-not-offered',
    message: `The project asks for "${line}"; the nearest Python to be had is ${facts.python}, that of the base image "${baseReference}".`,
    hint: `Write python=${version} into the dependency file, choose a base image with the other Python, or allow the nearest newer one (setting pythonFallback: nearest-newer).`,
    line,
  });
}

/** The minor version of the Python that conda will give, as far as the list fixes it. */
export function pythonOfCondaList(wanted: CondaSpec | undefined): string | undefined {
  const fixed = (wanted?.version ?? []).flat().find(({ operator, version }) => {
    return (operator === '==' || operator === 'fuzzy' || operator === '~=') && version.includes('.');
  });
  return fixed && minorOf(fixed.version);
}

function lowestNamed(wanted: CondaSpec): string | undefined {
  return wanted.version
    .flat()
    .map((comparison) => comparison.version)
    .sort(compareVersions)[0];
}

function instead(line: string, version: string, baseReference: string): Notice {
  return {
    code: 'environment-python-instead',
    message: `The project asks for "${line}" and gets Python ${version}, that of the base image "${baseReference}".`,
    hint: 'Packages that are too old for it cannot be installed; loosen their versions where that happens.',
    line,
  };
}

function failed(notice: Notice): ChosenPython {
  return { warnings: [], errors: [notice] };
}
