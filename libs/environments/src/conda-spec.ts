import { constraintText, parseConstraint, type VersionConstraint } from './version-constraint';

/** One wish of a conda list: `conda-forge::numpy=1.11=py35_0`. */
export interface CondaSpec {
  /** The line as it stands in the file. */
  readonly source: string;
  readonly name: string;
  readonly channel?: string;
  readonly version: VersionConstraint;
  readonly build?: string;
}

/**
 * Reads one line of a conda list in any of its spellings: `python=3.5.2`, `python ==3.5.2`, `numpy 1.11.* py35_0`,
 * `pandas>=0.20,<1`, `channel::name`, `name[version='>=1',build=x]`. Undefined for what is none of them.
 */
export function parseCondaSpec(line: string): CondaSpec | undefined {
  const text = line.replace(/\s+#.*$/, '').trim();
  const match = /^(?:([A-Za-z0-9_./:-]+?)::)?([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(.*)$/.exec(text);
  if (!match?.[2]) return undefined;
  const name = match[2].toLowerCase();
  const channel = match[1] === undefined ? {} : { channel: match[1] };
  const rest = match[3]?.trim() ?? '';
  const parts = rest.startsWith('[') ? readBrackets(rest) : readPlain(rest);
  const version = parts && parseConstraint(parts.version);
  if (!parts || !version) return undefined;
  return {
    source: line,
    name,
    ...channel,
    version,
    ...(parts.build === undefined ? {} : { build: parts.build }),
  };
}

interface VersionAndBuild {
  readonly version: string;
  readonly build?: string;
}

function readPlain(rest: string): VersionAndBuild | undefined {
  if (rest === '') return { version: '' };
  // name=version=build: with a build the version is exact.
  const withBuild = /^=([^=\s<>!~|,]+)=([^=\s]+)$/.exec(rest);
  if (withBuild?.[1] && withBuild[2]) return { version: withBuild[1], build: withBuild[2] };
  const spaced = /^((?:==|=)?[^\s,|<>!~=]+)\s+([A-Za-z0-9_.*]+)$/.exec(rest);
  if (spaced?.[1] && spaced[2]) return { version: spaced[1], build: spaced[2] };
  return { version: rest.replace(/\s+/g, '') };
}

function readBrackets(rest: string): VersionAndBuild | undefined {
  const inside = /^\[(.*)\]$/.exec(rest)?.[1];
  if (inside === undefined) return undefined;
  const values = new Map<string, string>();
  for (const match of inside.matchAll(/([a-z_]+)\s*=\s*(?:'([^']*)'|"([^"]*)"|([^,]+))/g)) {
    values.set(match[1] ?? '', (match[2] ?? match[3] ?? match[4] ?? '').trim());
  }
  const build = values.get('build');
  return { version: values.get('version') ?? '', ...(build === undefined ? {} : { build }) };
}

/** The one spelling of a wish that the identity and the solver get. */
export function condaSpecText(spec: CondaSpec): string {
  const name = spec.channel === undefined ? spec.name : `${spec.channel}::${spec.name}`;
  const version = constraintText(spec.version);
  if (spec.build === undefined) return name + version;
  const conditions = [...(version === '' ? [] : [`version='${version}'`]), `build='${spec.build}'`];
  return `${name}[${conditions.join(',')}]`;
}
