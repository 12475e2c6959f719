import { allows, compareVersions, parseConstraint } from './version-constraint';

/** One line of Spark: which Pythons and which Java runtimes it can run on. */
export interface SparkRelease {
  readonly spark: string;
  /** A conda-style constraint on the Python's minor version. */
  readonly python: string;
  /** Major versions of Java. */
  readonly java: readonly number[];
}

/** Newest first. Sources: the overview page and the PySpark installation page of each release's documentation. */
export const sparkReleases: readonly SparkRelease[] = [
  { spark: '4.1', python: '>=3.10,<3.15', java: [17, 21] },
  { spark: '4.0', python: '>=3.9,<3.14', java: [17, 21] },
  { spark: '3.5', python: '>=3.8,<3.13', java: [8, 11, 17] },
  { spark: '3.4', python: '>=3.7,<3.12', java: [8, 11, 17] },
  { spark: '3.3', python: '>=3.7,<3.11', java: [8, 11, 17] },
  { spark: '3.2', python: '>=3.6,<3.10', java: [8, 11] },
  { spark: '2.4', python: '2.7|>=3.4,<3.8', java: [8] },
];

/** The newest Spark that both can run; undefined: none. */
export function newestSpark(python: string, java: number): SparkRelease | undefined {
  return sparkReleases.find((release) => runs(release, python) && release.java.includes(java));
}

/** Requirement lines for an environment whose Python is not known before it is solved: pip picks the one that fits. */
export function sparkLinesForAnyPython(java: number): readonly string[] {
  const lines: string[] = [];
  const taken = new Set<string>();
  for (const release of sparkReleases.filter((candidate) => candidate.java.includes(java))) {
    const pythons = knownPythons.filter((python) => runs(release, python) && !taken.has(python));
    if (pythons.length === 0) continue;
    pythons.forEach((python) => taken.add(python));
    const marker = pythons.map((python) => `python_version == "${python}"`).join(' or ');
    lines.push(`pyspark==${release.spark}.*; ${marker}`);
  }
  return lines;
}

const knownPythons = ['2.7', '3.5', '3.6', '3.7', '3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14'].sort(
  compareVersions,
);

function runs(release: SparkRelease, python: string): boolean {
  const constraint = parseConstraint(release.python);
  return constraint !== undefined && allows(constraint, python);
}
