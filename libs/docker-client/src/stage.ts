import type { ContextFile } from './build-request';

/**
 * One image on the way to another, as `@aml/environments` makes them; here only by shape. An image is there when its tag is.
 */
export type Stage = StageToPull | StageToBuild;

export interface StageToPull {
  readonly kind: 'pull';
  readonly name: string;
  /** The name of ours that the image gets. */
  readonly tag: string;
  readonly reference: string;
  /** Its id must be this. */
  readonly imageId?: string;
  readonly platform: string;
}

export interface StageToBuild {
  readonly kind: 'build';
  readonly name: string;
  readonly tag: string;
  readonly title: string;
  readonly dockerfile: string;
  /** For the classic builder, its `--mount` options still to be replaced. Default: `dockerfile`. */
  readonly classicDockerfile?: string;
  readonly files: readonly ContextFile[];
  /** Folders of this machine that are copied into the context. */
  readonly folders: readonly StageSource[];
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly platform: string;
}

export interface StageSource {
  readonly source: string;
  readonly path: string;
  readonly include: readonly string[];
}
