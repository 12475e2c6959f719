/** Something to tell the author of a dependency file. */
export interface Notice {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** The line as it stands in the file, to find its place by. */
  readonly line?: string;
}
