import { type FindingList, quoted } from './finding';
import { NameValues, rootMap } from './name-values';
import { type SourceText } from './source-text';
import { describe, isNull, type MapNode, type PlainValue, type YamlNode } from './yaml-node';
import { parseYaml } from './yaml-source';

export interface SparkPackage {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** What `spark_dependencies.yml` says. */
export interface SparkDependencies {
  /** `--conf` entries; numbers and booleans are the text as written. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Maven repositories, in order. */
  readonly repositories: readonly string[];
  readonly packages: readonly SparkPackage[];
  /** Settings that this service does not know, kept as they are. */
  readonly unknown: Readonly<Record<string, PlainValue>>;
}

type SparkKey = 'configuration' | 'repositories' | 'packages' | 'precachePackages';

const NOUN = 'a Spark dependencies file';
const KEYS: readonly SparkKey[] = ['configuration', 'repositories', 'packages', 'precachePackages'];

/** Reads a Spark dependencies file. Undefined: it is no YAML. */
export function readSparkDependencies(
  source: SourceText,
  findings: FindingList,
): SparkDependencies | undefined {
  const { root, sound } = parseYaml(source, findings);
  if (!sound) return undefined;
  const map = rootMap(source, root, NOUN, findings);
  if (map === undefined && findings.hasErrors) return undefined;
  const values = new NameValues(source, map, { noun: NOUN, keys: KEYS }, findings);
  return {
    configuration: Object.fromEntries(readConfiguration(values.map('configuration'), '', source, findings)),
    repositories: readRepositories(listOf(values, 'repositories'), source, findings),
    packages: readPackages(listOf(values, 'packages'), source, findings),
    unknown: values.unknown(),
  };
}

/** The coordinates as `spark.jars.packages` has them: `group:artifact:version`. */
export function sparkPackageText(item: SparkPackage): string {
  return `${item.group}:${item.artifact}:${item.version}`;
}

function readConfiguration(
  map: MapNode | undefined,
  prefix: string,
  source: SourceText,
  findings: FindingList,
): [string, string][] {
  return (map?.entries ?? []).flatMap(({ key, value }): [string, string][] => {
    const name = `${prefix}${key.text}`;
    if (value.kind === 'map') {
      const nested = readConfiguration(value, `${name}.`, source, findings);
      findings.warning(source.path, source.positionAt(key.offset), {
        code: 'spark-configuration-nested',
        message: `${quoted(name)} is a map; Spark has only names with dots in them, and it is read so`,
        fix: nested
          .slice(0, 20)
          .map(([inner, text]) => `  ${inner}: ${text}`)
          .join('\n'),
      });
      return nested;
    }
    if (value.kind === 'list') {
      findings.error(source.path, source.positionAt(value.offset), {
        code: 'wrong-type',
        message: `the value of ${quoted(name)} must be text, a number or a boolean, here it is a list`,
        hint: 'Spark takes lists as one text with commas: `a,b`.',
      });
      return [];
    }
    if (!isNull(value)) return [[name, value.text]];
    findings.warning(source.path, source.positionAt(value.offset), {
      code: 'spark-configuration-empty',
      message: `${quoted(name)} has no value; it is left out`,
    });
    return [];
  });
}

function listOf(values: NameValues<SparkKey>, key: 'repositories' | 'packages'): readonly YamlNode[] {
  const value = values.entry(key)?.value;
  if (value === undefined || isNull(value)) return [];
  if (value.kind === 'list') return value.items;
  if (
    value.kind === 'scalar' ||
    (key === 'packages' && value.entries.some((entry) => entry.key.text === 'artifact'))
  )
    return [value];
  values.wrongType(key, value, 'a list');
  return [];
}

function readRepositories(
  items: readonly YamlNode[],
  source: SourceText,
  findings: FindingList,
): readonly string[] {
  return items.flatMap((item) => {
    const at = source.positionAt(item.offset);
    if (item.kind !== 'scalar') {
      findings.error(source.path, at, {
        code: 'wrong-type',
        message: `a repository must be an address, here it is ${describe(item)}`,
      });
      return [];
    }
    if (item.text.trim() === '') return [];
    if (!/^(?:https?|file|s3a?|hdfs|wasbs?):\/\//i.test(item.text.trim())) {
      findings.warning(source.path, at, {
        code: 'spark-repository-address',
        message: `${quoted(item.text)} is not the address of a Maven repository`,
        hint: 'An address starts with `https://`.',
      });
    }
    return [item.text.trim()];
  });
}

function readPackages(
  items: readonly YamlNode[],
  source: SourceText,
  findings: FindingList,
): readonly SparkPackage[] {
  return items.flatMap((item) => {
    const at = source.positionAt(item.offset);
    const read =
      item.kind === 'map' ? fromMap(item) : item.kind === 'scalar' ? fromCoordinates(item.text) : {};
    const { group, artifact, version } = read;
    if (group === undefined || artifact === undefined || version === undefined) {
      const absent = (['group', 'artifact', 'version'] as const).filter((name) => read[name] === undefined);
      findings.error(source.path, at, {
        code: 'spark-package-incomplete',
        message: `a Spark package needs \`group\`, \`artifact\` and \`version\`; here ${absent.map(quoted).join(' and ')} ${absent.length === 1 ? 'is' : 'are'} missing`,
        fix: [
          `  - group: "${group ?? 'GROUP'}"`,
          `    artifact: "${artifact ?? 'ARTIFACT'}"`,
          `    version: "${version ?? 'VERSION'}"`,
        ].join('\n'),
      });
      return [];
    }
    if (item.kind === 'scalar') {
      findings.warning(source.path, at, {
        code: 'spark-package-coordinates',
        message: `the package is written as coordinates; it is read as group, artifact and version`,
        fix: [`  - group: "${group}"`, `    artifact: "${artifact}"`, `    version: "${version}"`].join('\n'),
      });
    }
    return [{ group, artifact, version }];
  });
}

interface PartOfPackage {
  readonly group?: string | undefined;
  readonly artifact?: string | undefined;
  readonly version?: string | undefined;
}

function fromMap(map: MapNode): PartOfPackage {
  const text = (name: string): string | undefined => {
    const value = map.entries.findLast((entry) => entry.key.text.toLowerCase() === name)?.value;
    return value?.kind === 'scalar' && value.text.trim() !== '' ? value.text.trim() : undefined;
  };
  return { group: text('group'), artifact: text('artifact'), version: text('version') };
}

function fromCoordinates(text: string): PartOfPackage {
  const [group, artifact, ...version] = text.trim().split(':');
  return {
    group: group || undefined,
    artifact: artifact || undefined,
    version: version.join(':') || undefined,
  };
}
