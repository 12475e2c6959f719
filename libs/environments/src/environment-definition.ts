import type { BaseImage } from './base-image';
import { hashOf } from './canonical-json';

/** Counts up when the Dockerfiles of this library change what comes out of them. */
export const templateVersion = 1;

/** Everything that changes the result of a build, in one canonical form. Plain data: it may be stored and sent. */
export interface EnvironmentDefinition {
  readonly template: number;
  /** Hash of the tool image's recipe. */
  readonly tool: string;
  /** `linux/amd64`. */
  readonly platform: string;
  readonly base: BaseImage;
  readonly python: PythonSource;
  /** Absent: nothing is taken from conda. */
  readonly conda?: CondaPart;
  /** Absent: no PySpark of ours (a listed one is in the other parts). */
  readonly spark?: SparkPart;
  readonly pip: PipPart;
  readonly gpu: boolean;
  readonly policy: {
    readonly packageSource: 'conda' | 'pypi';
    readonly pythonFallback: 'exact' | 'nearest-newer';
  };
}

/** `conda`: a package of the conda part. `base`: the base image's own, in a virtual environment. */
export type PythonSource =
  | { readonly from: 'conda' }
  | {
      readonly from: 'base';
      /** Major and minor: `3.11`. */
      readonly version: string;
      readonly command: string;
      /** What the project asked for, where that is something else. */
      readonly instead?: string;
    };

export interface CondaPart {
  /** URLs, the first has priority, without credentials. */
  readonly channels: readonly string[];
  /** Normalised and sorted: `python=3.6`. */
  readonly packages: readonly string[];
  /** What the base image offers to the solver: `__glibc=2.36`. */
  readonly virtualPackages: readonly string[];
}

export interface SparkPart {
  /** Requirement lines for PySpark. */
  readonly lines: readonly string[];
  /** Major version of the base image's Java. */
  readonly java: number;
}

export interface PipPart {
  /** Requirement lines in order, those of `-r` files in place, without comments and credentials; paths are relative to the project. */
  readonly lines: readonly string[];
  /** The lines of `-c` files. */
  readonly constraints: readonly string[];
  /** Wheels, archives and folders of the project that the lines name. */
  readonly files: readonly PipFile[];
  /** A line is `-e`: the files stay in the image. */
  readonly editable: boolean;
  readonly indexUrl?: string;
  readonly extraIndexUrls: readonly string[];
  /** `pip` where a line says something that uv does not know. */
  readonly installer: 'uv' | 'pip';
}

export interface PipFile {
  /** From the project's root. */
  readonly path: string;
  /** Hex, of the bytes. */
  readonly sha256: string;
}

/**
 * 64 hex digits; equal for definitions that give the same image. The name of the base image is not in it, its pin is;
 * of its facts only what the parts took from them.
 */
export function identityOf(definition: EnvironmentDefinition): string {
  const { base, ...rest } = definition;
  return hashOf({ ...rest, base: base.pin });
}

/** Identity of the conda layer alone: a change in the pip list does not touch it. */
export function condaLayerIdentity(definition: EnvironmentDefinition): string | undefined {
  if (!definition.conda) return undefined;
  const { template, tool, platform, base, conda, policy } = definition;
  return hashOf({ layer: 'conda', template, tool, platform, base: base.pin, conda, policy });
}

/** Identity of the layer with PySpark, which lies on the conda layer or on the base image. */
export function sparkLayerIdentity(definition: EnvironmentDefinition): string | undefined {
  if (!definition.spark) return undefined;
  const { template, tool, platform, base, python, spark, pip } = definition;
  const below = condaLayerIdentity(definition) ?? { base: base.pin, python };
  const index = [pip.indexUrl, ...pip.extraIndexUrls];
  return hashOf({ layer: 'spark', template, tool, platform, below, spark, index });
}
