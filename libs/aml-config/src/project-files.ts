import { type SourceFile } from './source-text';

/** The files of a project that were given, by path; a path that is not here does not exist. */
export class ProjectFiles {
  private readonly byPath = new Map<string, SourceFile>();

  constructor(files: readonly SourceFile[]) {
    for (const file of files) {
      const path = file.path.replace(/^(?:\.\/)+/, '');
      if (!this.byPath.has(path))
        this.byPath.set(path, path === file.path ? file : { path, content: file.content });
    }
  }

  get all(): readonly SourceFile[] {
    return [...this.byPath.values()];
  }

  get(path: string): SourceFile | undefined {
    return this.byPath.get(path);
  }

  /** The only file whose path differs at most in capitals: projects written on Windows have such. */
  getAnyCase(path: string): SourceFile | undefined {
    const exact = this.byPath.get(path);
    if (exact !== undefined) return exact;
    const alike = this.all.filter((file) => file.path.toLowerCase() === path.toLowerCase());
    return alike.length === 1 ? alike[0] : undefined;
  }

  /** The files directly in `aml_config` with this ending, with the name before it. */
  inFolder(ending: string): readonly { readonly name: string; readonly file: SourceFile }[] {
    return this.all.flatMap((file) => {
      const name = /^aml_config\/([^/]+)$/.exec(file.path)?.[1];
      if (name === undefined || !name.endsWith(ending) || name.length === ending.length) return [];
      return [{ name: name.slice(0, -ending.length), file }];
    });
  }
}
