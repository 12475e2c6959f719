import type { PipFile, PipPart } from './environment-definition';
import type { EnvironmentSettings } from './environment-settings';
import type { Notice } from './notice';
import { isKnownToUv, parsePipLine, type PipLine } from './pip-line';
import type { ProjectFiles } from './project-files';
import { findRemovedIndex, findRemovedPackage } from './removed-packages';
import { takeCredentials, type Credentials } from './take-credentials';

export interface DefinedPip {
  readonly part: PipPart;
  readonly credentials: readonly Credentials[];
  readonly warnings: readonly Notice[];
  readonly errors: readonly Notice[];
}

/** Makes the pip part: lines in order and cleaned, with the files they need, and who installs them. */
export async function definePip(
  lines: readonly string[],
  files: ProjectFiles,
  folder: string,
  settings: EnvironmentSettings,
): Promise<DefinedPip> {
  const reader = new PipListReader(files, folder);
  await reader.addLines(lines, reader.lines, []);
  const withoutCredentials = (url: string): string => {
    const taken = takeCredentials(url);
    if (taken.credentials) reader.credentials.push(taken.credentials);
    return taken.url;
  };
  return {
    part: {
      lines: reader.lines,
      constraints: reader.constraints,
      files: [...reader.files.values()].sort((left, right) => (left.path < right.path ? -1 : 1)),
      editable: reader.editable,
      ...(settings.pipIndexUrl === undefined ? {} : { indexUrl: withoutCredentials(settings.pipIndexUrl) }),
      extraIndexUrls: settings.pipExtraIndexUrls.map(withoutCredentials),
      installer: reader.needsPip ? 'pip' : 'uv',
    },
    credentials: reader.credentials,
    warnings: reader.warnings,
    errors: reader.errors,
  };
}

class PipListReader {
  readonly lines: string[] = [];
  readonly constraints: string[] = [];
  readonly files = new Map<string, PipFile>();
  readonly credentials: Credentials[] = [];
  readonly warnings: Notice[] = [];
  readonly errors: Notice[] = [];
  editable = false;
  needsPip = false;

  constructor(
    private readonly project: ProjectFiles,
    private readonly folder: string,
  ) {}

  /** `inside`: the requirements files that the lines are in, outermost first. */
  async addLines(texts: readonly string[], target: string[], inside: readonly string[]): Promise<void> {
    for (const text of texts) {
      const line = parsePipLine(text);
      if (!line || this.isRemoved(text) || this.isRemovedIndex(line, text)) continue;
      if (!isKnownToUv(line)) this.needsPip = true;
      if (line.kind === 'file') {
        await this.addFile(line.path, line.option === '-c' ? this.constraints : target, text, inside);
      } else {
        const rendered = this.render(line, text, inside);
        if (rendered !== undefined) target.push(rendered);
      }
    }
  }

  private isRemoved(text: string): boolean {
    const removed = findRemovedPackage(text);
    if (!removed) return false;
    this.warnings.push({
      code: 'environment-package-removed',
      message: `"${removed.name}" is left out: ${removed.because}.`,
      hint: 'Take the line out of the dependency file.',
      line: text,
    });
    return true;
  }

  private isRemovedIndex(line: PipLine, text: string): boolean {
    const because = line.kind === 'option' ? findRemovedIndex(line.name, line.value) : undefined;
    if (because === undefined) return false;
    this.warnings.push({
      code: 'environment-index-removed',
      message: `"${text.trim()}" is left out: ${because}.`,
      hint: 'Take the line out of the dependency file.',
      line: text,
    });
    return true;
  }

  private async addFile(
    path: string,
    target: string[],
    text: string,
    inside: readonly string[],
  ): Promise<void> {
    const resolved = this.resolve(path, inside);
    if (resolved === undefined || this.project.hash(resolved) === undefined) {
      this.missing(path, text);
      return;
    }
    if (inside.includes(resolved)) {
      this.errors.push({
        code: 'environment-files-circular',
        message: `The requirements file "${resolved}" includes itself: ${[...inside, resolved].join(' → ')}.`,
        hint: `Take the line out of "${inside.at(-1) ?? resolved}".`,
        line: text,
      });
      return;
    }
    const content = new TextDecoder().decode(await this.project.read(resolved)).replace(/^\uFEFF/, '');
    await this.addLines(content.replace(/\\\r?\n/g, ' ').split(/\r?\n/), target, [...inside, resolved]);
  }

  private render(
    line: Exclude<PipLine, { readonly kind: 'file' }>,
    text: string,
    inside: readonly string[],
  ): string | undefined {
    if (line.kind === 'requirement') return this.withoutCredentials(line.text, text);
    if (line.kind === 'option') return this.withoutCredentials(`${line.name} ${line.value}`.trim(), text);
    const path = this.addPath(line.path, text, inside);
    if (path === undefined) return undefined;
    if (line.kind === 'find-links') return `--find-links ${path}`;
    if (line.kind === 'editable') this.editable = true;
    return `${line.kind === 'editable' ? '-e ' : ''}./${path === '.' ? '' : path}${line.suffix}`;
  }

  /** A file, or all files below a folder; undefined (and an error) when there is nothing. */
  private addPath(path: string, text: string, inside: readonly string[]): string | undefined {
    const resolved = this.resolve(path, inside);
    const hash = resolved === undefined ? undefined : this.project.hash(resolved);
    if (resolved !== undefined && hash !== undefined) {
      this.files.set(resolved, { path: resolved, sha256: hash });
      return resolved;
    }
    const below = resolved === undefined ? [] : this.project.list(resolved);
    if (resolved === undefined || below.length === 0) return this.missing(path, text);
    for (const file of below) {
      const sha256 = this.project.hash(file);
      if (sha256 !== undefined) this.files.set(file, { path: file, sha256 });
    }
    this.warnings.push({
      code: 'environment-folder-in-image',
      message: `The folder "${resolved}" (${below.length} files) becomes part of the environment: every change in it makes a new one.`,
      hint: 'Code of the project needs no line here: it is copied for every run and can be imported from its root.',
      line: text,
    });
    return resolved;
  }

  /** From the project's root, else beside the file that names it. */
  private resolve(path: string, inside: readonly string[]): string | undefined {
    const innermost = inside.at(-1);
    const folders = innermost === undefined ? ['', this.folder] : [folderOf(innermost), ''];
    const candidates = folders.flatMap((folder) => joinInside(folder, path) ?? []);
    const there = (candidate: string): boolean =>
      this.project.hash(candidate) !== undefined || this.project.list(candidate).length > 0;
    return candidates.find(there);
  }

  private missing(path: string, text: string): undefined {
    this.errors.push({
      code: 'environment-file-missing',
      message: `"${path}" is not in the project (looked from its root and beside the dependency file).`,
      hint: 'Copy it into the project folder, see that no ignore rule hides it, and give its path from there.',
      line: text,
    });
    return undefined;
  }

  private withoutCredentials(rendered: string, text: string): string {
    const taken = takeCredentials(rendered);
    if (!taken.credentials) return rendered;
    this.credentials.push(taken.credentials);
    this.warnings.push({
      code: 'environment-password-in-file',
      message: `A line of the pip list has a user name and password for ${taken.credentials.host}.`,
      hint: 'Put the index into the settings of the service instead; whoever reads the project reads the password.',
      line: text.replace(`:${taken.credentials.password}@`, ':…@'),
    });
    return taken.url;
  }
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** Undefined when the path leaves the project. `.` is the project itself. */
function joinInside(folder: string, path: string): string | undefined {
  if (path.startsWith('/')) return undefined;
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.length === 0 ? '.' : parts.join('/');
}
