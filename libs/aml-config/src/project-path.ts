export type ProjectPath =
  | { readonly kind: 'inside'; readonly path: string }
  | { readonly kind: 'outside' }
  | { readonly kind: 'empty' };

/** A path from the project root without `.` and `..`; absolute paths and paths that leave the project are `outside`. */
export function projectPath(text: string): ProjectPath {
  if (text.startsWith('/') || /^[A-Za-z]:[\\/]/.test(text) || text.startsWith('~/') || text.includes('\0'))
    return { kind: 'outside' };
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return { kind: 'outside' };
  }
  return parts.length === 0 ? { kind: 'empty' } : { kind: 'inside', path: parts.join('/') };
}

/** The folder of a file, without a `/` at its end; empty for the project root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
