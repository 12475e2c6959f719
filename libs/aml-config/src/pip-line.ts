import { type FindingList, quoted } from './finding';
import { folderOf, projectPath } from './project-path';
import { type SourceText } from './source-text';

export type PipLine =
  | { readonly kind: 'requirements' | 'constraints'; readonly path: string }
  | { readonly kind: 'editable' | 'local'; readonly path: string }
  | { readonly kind: 'other' };

const OTHER: PipLine = { kind: 'other' };

/** What a line for pip refers to: another file of requirements, a folder, a local wheel, or nothing in the project. */
export function parsePipLine(text: string): PipLine {
  const line = text
    .slice(0, 4096)
    .replace(/(?:^|\s)#.*$/, '')
    .trim();
  const option = /^(-r|--requirement|-c|--constraint|-e|--editable)(?:\s+|=|(?=[^-\s=]))(.+)$/.exec(line);
  if (option?.[1] !== undefined && option[2] !== undefined) {
    const path = option[2].trim().replace(/^(["'])(.*)\1$/, '$2');
    if (/^[a-z][a-z0-9+.-]+:/i.test(path) && !/^[A-Za-z]:[\\/]/.test(path)) return OTHER;
    if (option[1].startsWith('-e') || option[1] === '--editable')
      return { kind: 'editable', path: path.replace(/\[[^\]]*\]$/, '') };
    return {
      kind: option[1] === '-c' || option[1] === '--constraint' ? 'constraints' : 'requirements',
      path,
    };
  }
  if (line.startsWith('-') || /^[a-z][a-z0-9+.-]+:\/\//i.test(line)) return OTHER;
  const file = /(?:^|@\s*file:)\s*(\S+\.(?:whl|zip|tar\.gz|tgz|tar\.bz2))$/i.exec(line)?.[1];
  if (file !== undefined) return { kind: 'local', path: file.replace(/^\/\/(?=\/)/, '') };
  return /^\.{1,2}(?:[\\/]|$)/.test(line) ? { kind: 'local', path: line } : OTHER;
}

/** Warns of paths that a run cannot have: absolute ones, which are of one machine only; outside the project is an error. */
export function checkPipLine(text: string, source: SourceText, offset: number, findings: FindingList): void {
  const line = parsePipLine(text);
  if (line.kind === 'other') return;
  const at = source.positionAt(offset);
  const path = line.path.replaceAll('\\', '/');
  if (/^(?:[A-Za-z]:|\/|~\/)/.test(path)) {
    findings.warning(source.path, at, {
      code: 'pip-path-absolute',
      message: `${quoted(line.path)} is a path of one machine; the place where the environment is built does not have it`,
      hint: 'Copy the file into the project and give its path from the project folder.',
    });
    return;
  }
  if (pathCandidates(path, source.path).length > 0) return;
  findings.error(source.path, at, {
    code: 'path-outside-project',
    message: `${quoted(line.path)} is outside the project; a run has only what is in the project folder`,
    hint: 'Copy the file into the project and give its path from the project folder.',
  });
}

/** Where in the project a path of a dependency file can be: beside that file (as pip has it), or from the project root. */
export function pathCandidates(path: string, file: string): readonly string[] {
  const unified = path.replaceAll('\\', '/');
  if (projectPath(unified).kind === 'outside' && /^(?:[A-Za-z]:|\/|~\/)/.test(unified)) return [];
  const beside = projectPath(`${folderOf(file)}/${unified}`.replace(/^\//, ''));
  const fromRoot = projectPath(unified);
  const found = [beside, fromRoot].flatMap((candidate) =>
    candidate.kind === 'inside' ? [candidate.path] : [],
  );
  const isRoot = [beside, fromRoot].some((candidate) => candidate.kind === 'empty');
  return isRoot ? [...found, '.'] : [...new Set(found)];
}
