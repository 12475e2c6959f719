import { readdir, readFile, stat } from 'node:fs/promises';

export interface RecipeFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** The text files of a folder with a Dockerfile, sorted by path; hidden files and caches of Python are not among them. */
export async function readRecipe(folder: string): Promise<readonly RecipeFile[]> {
  const names = (await readdir(folder))
    .filter((name) => !name.startsWith('.') && name !== '__pycache__')
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const path = `${folder}/${name}`;
      const executable = ((await stat(path)).mode & 0o100) !== 0;
      return { path: name, content: await readFile(path, 'utf8'), mode: executable ? 0o755 : 0o644 };
    }),
  );
}
