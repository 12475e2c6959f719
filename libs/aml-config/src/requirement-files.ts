import { type CondaDependencies } from './conda-dependencies';
import { type FindingList, type Position, quoted } from './finding';
import { parsePipLine, pathCandidates } from './pip-line';
import { type ProjectFiles } from './project-files';
import { decodeText } from './source-text';

interface Reference {
  readonly path: string;
  readonly file: string;
  readonly at: Position;
}

/** Follows `-r` and `-c` lines of a conda file's pip section: files that are not there and files that include themselves are errors. */
export function checkRequirementFiles(
  condaFile: string,
  conda: CondaDependencies,
  files: ProjectFiles,
  findings: FindingList,
): void {
  const walk = new RequirementWalk(files, findings);
  for (const reference of condaReferences(condaFile, conda)) walk.visit(reference, [condaFile]);
}

/** Paths of files that dependency files refer to, also those that are not there; both places where a path can be. */
export function referencesOf(
  condaFile: string,
  conda: CondaDependencies,
  files: ProjectFiles,
): readonly string[] {
  const found = new Set<string>();
  const open = [...condaReferences(condaFile, conda)];
  for (let reference = open.pop(); reference !== undefined; reference = open.pop()) {
    for (const path of pathCandidates(reference.path, reference.file)) {
      if (found.has(path)) continue;
      found.add(path);
      open.push(...requirementReferences(path, files));
    }
  }
  return [...found];
}

class RequirementWalk {
  private readonly done = new Set<string>();

  constructor(
    private readonly files: ProjectFiles,
    private readonly findings: FindingList,
  ) {}

  visit(reference: Reference, chain: readonly string[]): void {
    const candidates = pathCandidates(reference.path, reference.file);
    const path = candidates.find((candidate) => this.files.get(candidate) !== undefined);
    if (path === undefined) {
      // A path outside the project has its own finding at its line.
      if (candidates.length > 0) this.reportMissing(reference, candidates);
      else if (chain.length > 1) this.reportOutside(reference);
      return;
    }
    if (chain.includes(path)) {
      this.findings.error(reference.file, reference.at, {
        code: 'dependency-file-circular',
        message: `the file includes itself: ${[...chain.slice(chain.indexOf(path)), path].slice(0, 10).map(quoted).join(' → ')}`,
        hint: 'Remove one of these `-r` lines.',
      });
      return;
    }
    if (this.done.has(path) || chain.length > 50) return;
    for (const next of requirementReferences(path, this.files)) this.visit(next, [...chain, path]);
    this.done.add(path);
  }

  private reportMissing(reference: Reference, candidates: readonly string[]): void {
    this.findings.error(reference.file, reference.at, {
      code: 'dependency-file-missing',
      message: `${quoted(reference.path)} is to be included, and there is no such file in the project`,
      hint: `It was looked for at ${candidates.map(quoted).join(' and ')}.`,
    });
  }

  private reportOutside(reference: Reference): void {
    this.findings.error(reference.file, reference.at, {
      code: 'path-outside-project',
      message: `${quoted(reference.path)} is outside the project; a run has only what is in the project folder`,
    });
  }
}

function condaReferences(condaFile: string, conda: CondaDependencies): readonly Reference[] {
  return conda.entries.flatMap((entry) => {
    const line = entry.kind === 'pip' ? parsePipLine(entry.text) : undefined;
    if (line?.kind !== 'requirements' && line?.kind !== 'constraints') return [];
    return [{ path: line.path, file: condaFile, at: { line: entry.line, column: entry.column } }];
  });
}

/** Lock files with hashes are far bigger than configuration files; nothing is parsed in them but these lines. */
const LARGEST_REQUIREMENTS = 4 * 1024 * 1024;

function requirementReferences(path: string, files: ProjectFiles): readonly Reference[] {
  const content = files.get(path)?.content;
  if (content === undefined || content.length > LARGEST_REQUIREMENTS) return [];
  return decodeText(content)
    .text.split('\n')
    .flatMap((text, index) => {
      const line = text.trimStart().startsWith('-') ? parsePipLine(text) : undefined;
      if (line?.kind !== 'requirements' && line?.kind !== 'constraints') return [];
      return [{ path: line.path, file: path, at: { line: index + 1, column: 1 } }];
    });
}
