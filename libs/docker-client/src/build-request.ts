/** A file of a build context. Contexts hold only what the build needs and are packed with fixed times and owners, so equal files make equal layers. */
export interface ContextFile {
  /** Relative, with `/`. */
  readonly path: string;
  /** The bytes, or how to get them when they are needed (big files). */
  readonly content: Uint8Array | string | (() => Promise<Uint8Array>);
  /** Default 0o644. */
  readonly mode?: number;
}

export interface BuildRequest {
  /** The files, or a finished tar. */
  readonly context: readonly ContextFile[] | AsyncIterable<Uint8Array>;
  /** Path of the Dockerfile inside the context. Default: `Dockerfile`. */
  readonly dockerfile?: string;
  readonly tag: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Id of a `RUN --mount=type=secret,id=…` → its bytes. BuildKit only; nothing of them stays in the image or in the cache. */
  readonly secrets?: Readonly<Record<string, Uint8Array | string>>;
  /** Name of the stage to stop at. Default: the last. */
  readonly target?: string;
  /** Such as `linux/amd64`; default: the engine's own. */
  readonly platform?: string;
  /** `host`, `none`, `default`: the network of RUN steps. */
  readonly networkMode?: string;
  /** Names for /etc/hosts of RUN steps, as `name:address`. */
  readonly extraHosts?: readonly string[];
  readonly noCache?: boolean;
  /** Default: whatever the engine can do best. False forces the classic builder. */
  readonly useBuildKit?: boolean;
  /** Each line of the build's output, without its line end: `[2/5] RUN …`, then what the step wrote. */
  readonly onOutput?: (line: string) => void;
}

export interface BuiltImage {
  /** `sha256:…`. */
  readonly imageId: string;
}
