/** The exact packages of an environment: kept with it and with every record, and used when another engine builds the same identity. */
export interface EnvironmentLock {
  readonly conda?: CondaLock;
  /** Lines of `pip freeze`; also the Python packages that came from conda. */
  readonly pip: readonly string[];
}

export interface CondaLock {
  readonly packages: readonly CondaLockEntry[];
  /** What was done otherwise than asked for: `python=3.5.2 is not offered …`. */
  readonly notes: readonly string[];
}

export interface CondaLockEntry {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly subdir: string;
  readonly url: string;
  readonly sha256?: string;
  readonly md5?: string;
}
