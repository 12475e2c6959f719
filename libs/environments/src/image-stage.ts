/** Ids of the secrets that builds mount; what is not given is left out. */
export const secretIds = {
  /** Bundle of certificate authorities, PEM. */
  ca: 'aml-ca',
  /** User names and passwords of hosts. */
  netrc: 'aml-netrc',
  /** A pip configuration for making the tool image. */
  pipConf: 'aml-pip-conf',
} as const;

export interface StageFile {
  readonly path: string;
  readonly content: string | Uint8Array | (() => Promise<Uint8Array>);
  readonly mode?: number;
}

/** A folder of the machine that asks for the build, copied into the context: a channel by `file://`. */
export interface StageFolder {
  /** Absolute path. */
  readonly source: string;
  /** Where it is in the context. */
  readonly path: string;
  /** Folders below `source` that are needed. */
  readonly include: readonly string[];
}

export type StageName = 'base' | 'base-variant' | 'tool' | 'conda' | 'spark' | 'environment';

/** One image on the way to an environment. It is there when its tag is there: tags are made from what goes into the image. */
export type ImageStage = PullStage | BuildStage;

/** An image from a registry, or one that the engine has already, under a name of ours. */
export interface PullStage {
  readonly kind: 'pull';
  readonly name: StageName;
  readonly tag: string;
  /** As asked for; for a pinned digest `name@sha256:…`. */
  readonly reference: string;
  /** Its content must be this, where a digest does not say so already. */
  readonly imageId?: string;
  readonly platform: string;
}

export interface BuildStage {
  readonly kind: 'build';
  readonly name: StageName;
  readonly tag: string;
  /** For the log: `conda packages (12)`. */
  readonly title: string;
  /** For BuildKit. */
  readonly dockerfile: string;
  /** For the classic builder, where another order keeps secrets and tools out of the image; its `--mount` options are still to be replaced. Default: the same. */
  readonly classicDockerfile?: string;
  readonly files: readonly StageFile[];
  readonly folders: readonly StageFolder[];
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly platform: string;
}
