/** One line of a pip list or of a requirements file. */
export type PipLine =
  /** `numpy==1.11`, `name @ https://…`, `https://…/x.whl?sig=…`, `git+https://…`. */
  | { readonly kind: 'requirement'; readonly text: string }
  /** A wheel, source archive or folder of the project. */
  | { readonly kind: 'local'; readonly path: string; readonly suffix: string }
  /** `-e`: a folder of the project. */
  | { readonly kind: 'editable'; readonly path: string; readonly suffix: string }
  /** `-r` and `-c`. */
  | { readonly kind: 'file'; readonly option: '-r' | '-c'; readonly path: string }
  | { readonly kind: 'find-links'; readonly path: string }
  | { readonly kind: 'option'; readonly name: string; readonly value: string };

/** Options of a line that uv reads; others are left to pip. */
const knownToUv = [
  '-i',
  '--index-url',
  '--extra-index-url',
  '-f',
  '--find-links',
  '--no-index',
  '--no-binary',
  '--only-binary',
  '--pre',
];

/** Reads a line; undefined for an empty one and for a comment. */
export function parsePipLine(line: string): PipLine | undefined {
  const text = line
    .replace(/(^|\s)#.*$/, '')
    .trim()
    .replace(/\s+/g, ' ');
  if (text === '') return undefined;
  const option = /^(-[a-zA-Z]|--[a-z-]+)(?:[ =]|(?<=^-[a-zA-Z])|$)(.*)$/.exec(text);
  if (option?.[1] !== undefined) return parseOption(option[1], (option[2] ?? '').trim());
  const local = localPath(text);
  return local === undefined ? { kind: 'requirement', text } : { kind: 'local', ...local };
}

function parseOption(name: string, value: string): PipLine {
  switch (name) {
    case '-r':
    case '--requirement':
      return { kind: 'file', option: '-r', path: unquoted(value) };
    case '-c':
    case '--constraint':
      return { kind: 'file', option: '-c', path: unquoted(value) };
    case '-e':
    case '--editable':
      if (value.includes('://')) return { kind: 'option', name: '-e', value };
      return { kind: 'editable', ...withoutExtras(unquoted(value)) };
    case '-f':
    case '--find-links':
      if (value.includes('://')) return { kind: 'option', name: '--find-links', value };
      return { kind: 'find-links', path: unquoted(value) };
    case '-i':
      return { kind: 'option', name: '--index-url', value };
    default:
      return { kind: 'option', name, value };
  }
}

/** A path is `.`, begins with `./`, `../` or `/`, or names an archive; `name @ file:…` counts as its path. */
function localPath(text: string): { path: string; suffix: string } | undefined {
  const named = /^[A-Za-z0-9._-]+(?:\[[^\]]*\])? ?@ ?file:(?:\/\/)?(.+)$/.exec(text)?.[1];
  if (named !== undefined) return { path: named, suffix: '' };
  if (text.includes('://')) return undefined;
  const { path, suffix } = withoutExtras(unquoted(text));
  const isArchive = /\.(whl|zip|tar\.gz|tgz|tar\.bz2)$/i.test(path);
  return isArchive || /^(\.{1,2}|\/.*|\.{1,2}\/.*)$/.test(path) ? { path, suffix } : undefined;
}

/** `./pkg[extra]; python_version > "3"` → the path and what is behind it. */
function withoutExtras(text: string): { path: string; suffix: string } {
  const match = /^([^[;]+?)\s*(\[[^\]]*\])?\s*(;.*)?$/.exec(text);
  return { path: match?.[1] ?? text, suffix: `${match?.[2] ?? ''}${match?.[3] ? ` ${match[3]}` : ''}` };
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}

/** Whether uv understands the line as pip does. */
export function isKnownToUv(line: PipLine): boolean {
  if (line.kind === 'option') return line.name === '-e' || knownToUv.includes(line.name);
  // Per-requirement options and eggs by name are pip's alone.
  return line.kind !== 'requirement' || !/ --[a-z]|#egg=[^&]*&subdirectory/.test(line.text);
}
