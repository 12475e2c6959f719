import type { BaseFacts, BaseImage } from './base-image';
import { chooseBasePython, pythonOfCondaList } from './choose-python';
import { condaSpecText, parseCondaSpec, type CondaSpec } from './conda-spec';
import { definePip } from './define-pip';
import {
  templateVersion,
  type CondaPart,
  type EnvironmentDefinition,
  type PythonSource,
  type SparkPart,
} from './environment-definition';
import type { EnvironmentSettings } from './environment-settings';
import type { Notice } from './notice';
import type { ProjectFiles } from './project-files';
import { findRemovedPackage } from './removed-packages';
import { resolveChannels } from './resolve-channels';
import { newestSpark, sparkLinesForAnyPython } from './spark-versions';
import { nameOfLine, takeFromPypi } from './take-from-pypi';
import { netrcOf } from './take-credentials';

export interface DefineEnvironmentInput {
  /** The dependency file, parsed; undefined: there is none. */
  readonly conda?: {
    readonly channels: readonly string[];
    readonly conda: readonly string[];
    readonly pip: readonly string[];
  };
  /** Folder of the dependency file from the project's root, `aml_config`; paths are looked for there too. Default: the root. */
  readonly folder?: string;
  readonly framework: 'Python' | 'PySpark';
  readonly baseImage: BaseImage;
  /** `linux/amd64` or `linux/arm64`. */
  readonly platform: string;
  readonly files: ProjectFiles;
  readonly settings: EnvironmentSettings;
  readonly gpu?: boolean;
  /** Hash of the tool image's recipe (`recipeHash`). */
  readonly tool: string;
}

export interface DefinedEnvironment {
  /** Undefined exactly when there are errors. */
  readonly definition?: EnvironmentDefinition;
  /** What was done otherwise than the file says, or should be said about it. */
  readonly warnings: readonly Notice[];
  /** All of them at once. */
  readonly errors: readonly Notice[];
  /** User names and passwords of hosts, for the build only: a netrc file, empty for none. A secret; never store it with the definition. */
  readonly netrc: string;
}

/** Turns a project's dependency file, the base image and a site's settings into the canonical definition of its environment. */
export async function defineEnvironment(input: DefineEnvironmentInput): Promise<DefinedEnvironment> {
  const { settings, baseImage } = input;
  const warnings: Notice[] = [];
  const errors: Notice[] = [];
  const collect = (from: {
    readonly warnings: readonly Notice[];
    readonly errors: readonly Notice[];
  }): void => {
    warnings.push(...from.warnings);
    errors.push(...from.errors);
  };

  const specs = readSpecs(input.conda?.conda ?? [], warnings, errors);
  const wantedPython = specs.find((spec) => spec.name === 'python');
  const pipLines = input.conda?.pip ?? [];
  // A list of nothing but pip asks for no package of conda.
  const nothingOfConda = specs.every((spec) => spec.name === 'pip');
  const useBase =
    settings.packageSource === 'pypi' || (nothingOfConda && baseImage.facts.python !== undefined);

  let python: PythonSource = { from: 'conda' };
  let linesOfConda: readonly string[] = [];
  let channels: ReturnType<typeof resolveChannels> = { urls: [], credentials: [] };
  let conda: CondaPart | undefined;
  if (useBase) {
    const chosen = chooseBasePython(wantedPython, baseImage.facts, baseImage.reference, settings);
    collect(chosen);
    python = chosen.python ?? python;
    const taken = takeFromPypi(specs, pipLines);
    collect(taken);
    linesOfConda = taken.lines;
  } else {
    channels = resolveChannels(input.conda?.channels ?? [], settings);
    conda = condaPart(specs, pipLines, channels.urls, input);
    if (channels.urls.length === 0) errors.push(noChannels);
  }
  const pip = await definePip([...linesOfConda, ...pipLines], input.files, input.folder ?? '', settings);
  collect(pip);
  const spark = sparkPart(input, specs, pip.part.lines, python, wantedPython, warnings);

  const definition: EnvironmentDefinition = {
    template: templateVersion,
    tool: input.tool,
    platform: input.platform,
    base: baseImage,
    python,
    ...(conda ? { conda } : {}),
    ...(spark ? { spark } : {}),
    pip: pip.part,
    gpu: input.gpu ?? false,
    policy: { packageSource: settings.packageSource, pythonFallback: settings.pythonFallback },
  };
  const netrc = netrcOf([...channels.credentials, ...pip.credentials]);
  return { ...(errors.length === 0 ? { definition } : {}), warnings, errors, netrc };
}

const noChannels: Notice = {
  code: 'environment-without-channels',
  message: 'There are conda packages and no channel to take them from.',
  hint: 'Name a channel in the dependency file, or set the default channels.',
};

function readSpecs(lines: readonly string[], warnings: Notice[], errors: Notice[]): readonly CondaSpec[] {
  return lines.flatMap((line) => {
    const spec = parseCondaSpec(line);
    if (!spec) {
      errors.push({
        code: 'environment-conda-line-invalid',
        message: `"${line}" is not a conda package.`,
        hint: 'Write name, name=1.2, name>=1.2,<2 or name=1.2=build.',
        line,
      });
      return [];
    }
    const removed = findRemovedPackage(spec.name);
    if (!removed) return [spec];
    const message = `"${removed.name}" is left out: ${removed.because}.`;
    warnings.push({ code: 'environment-package-removed', message, line });
    return [];
  });
}

function condaPart(
  specs: readonly CondaSpec[],
  pipLines: readonly string[],
  channels: readonly string[],
  input: DefineEnvironmentInput,
): CondaPart {
  const names = new Set(specs.map((spec) => spec.name));
  const implied = [
    ...(names.has('python') ? [] : ['python']),
    // As conda itself does it where there is a pip list.
    ...(pipLines.length > 0 && !names.has('pip') ? ['pip'] : []),
  ];
  const mapped = specs.map((spec) => condaSpecText(withMappedChannel(spec, input.settings)));
  return {
    channels,
    packages: [...new Set([...mapped, ...implied])].sort(),
    virtualPackages: virtualPackagesOf(input.baseImage.facts, input.platform),
  };
}

/** `channel::name` names a channel too. */
function withMappedChannel(spec: CondaSpec, settings: EnvironmentSettings): CondaSpec {
  if (spec.channel === undefined) return spec;
  const [url] = resolveChannels([spec.channel, 'nodefaults'], settings).urls;
  return url === undefined ? spec : { ...spec, channel: url };
}

/** What conda's solver asks the machine for, answered by the base image. The kernel is any that can run containers. */
function virtualPackagesOf(facts: BaseFacts, platform: string): readonly string[] {
  return [
    '__unix=0',
    '__linux=5.10',
    `__archspec=1=${platform.endsWith('arm64') ? 'aarch64' : 'x86_64'}`,
    ...(facts.glibc === undefined ? [] : [`__glibc=${facts.glibc}`]),
    ...(facts.cuda === undefined ? [] : [`__cuda=${facts.cuda}`]),
  ];
}

function sparkPart(
  input: DefineEnvironmentInput,
  specs: readonly CondaSpec[],
  pipLines: readonly string[],
  python: PythonSource,
  wantedPython: CondaSpec | undefined,
  warnings: Notice[],
): SparkPart | undefined {
  if (input.framework !== 'PySpark') return undefined;
  if (
    specs.some((spec) => spec.name === 'pyspark') ||
    pipLines.some((line) => nameOfLine(line) === 'pyspark')
  )
    return undefined;
  const java = input.baseImage.facts.java;
  if (java === undefined) {
    warnings.push({
      code: 'environment-without-java',
      message: `The base image "${input.baseImage.reference}" has no Java, so there is no Spark in this environment.`,
      hint: 'A script that needs Spark needs a base image with Java; the default one has it. Others: set Framework: Python.',
    });
    return undefined;
  }
  const version = python.from === 'base' ? python.version : pythonOfCondaList(wantedPython);
  if (version === undefined) return { lines: sparkLinesForAnyPython(java), java };
  const release = newestSpark(version, java);
  if (release) return { lines: [`pyspark==${release.spark}.*`], java };
  warnings.push({
    code: 'environment-without-spark',
    message: `No Spark runs on Python ${version} and Java ${java}, so there is none in this environment.`,
    hint: 'See the table of Spark versions; a base image with another Java may help. A script without Spark runs as it is.',
  });
  return undefined;
}
