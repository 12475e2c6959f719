/** The files of a project's snapshot. Paths are relative to its root, with `/`. */
export interface ProjectFiles {
  /** SHA-256 of a file's bytes in hex; undefined when there is no such file. */
  hash(path: string): string | undefined;
  /** Paths of all files below a folder; `.` is the root. */
  list(folder: string): readonly string[];
  /** The bytes of a file that is there. */
  read(path: string): Promise<Uint8Array>;
}
