/**
 * What the content of a base image is known by:
 * a digest that a registry gave it; the hash of the recipe it is made from (ours); or the id on one engine, where it has neither.
 */
export type BasePin =
  | { readonly kind: 'digest'; readonly digest: string }
  | { readonly kind: 'recipe'; readonly hash: string }
  | { readonly kind: 'image-id'; readonly id: string };

/** What a base image has, as `probeBaseImage` of the Docker client finds it. */
export interface BaseFacts {
  /** `3.11` or `3.11.2`; absent: no Python. */
  readonly python?: string;
  /** The command of that Python: `python3`, `/usr/local/bin/python`. */
  readonly pythonCommand?: string;
  /** `2.36`; absent: another C library. */
  readonly glibc?: string;
  /** Major version of the Java runtime: 8, 11, 17; absent: none. */
  readonly java?: number;
  /** `11.8`; absent: no CUDA. */
  readonly cuda?: string;
  /** Its search path, for programs. */
  readonly path: string;
}

export interface BaseImage {
  /** As in the settings or the `.compute` file. */
  readonly reference: string;
  readonly pin: BasePin;
  readonly facts: BaseFacts;
}

export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What `deploy/base/Dockerfile` gives on each Debian, so that a plan needs no build. */
const debianReleases = [
  { name: /bookworm|(^|:)12/, python: '3.11', glibc: '2.36', java: 17 },
  { name: /trixie|(^|:)13/, python: '3.13', glibc: '2.41', java: 21 },
] as const;

/** Facts of our own base image before it is built; undefined for a Debian that is not known, which has to be looked into. */
export function factsOfOwnBase(debianImage: string, withJava: boolean): BaseFacts | undefined {
  const release = debianReleases.find((candidate) => candidate.name.test(debianImage));
  if (!release) return undefined;
  return {
    python: release.python,
    pythonCommand: 'python3',
    glibc: release.glibc,
    path: defaultPath,
    ...(withJava ? { java: release.java } : {}),
  };
}

/** The Debian package of the Java runtime for our own base image. */
export function javaPackageOf(debianImage: string): string {
  const release = debianReleases.find((candidate) => candidate.name.test(debianImage));
  return `openjdk-${release?.java ?? 17}-jre-headless`;
}

/** A pin that means the same on every engine. */
export function isPortable(pin: BasePin): boolean {
  return pin.kind !== 'image-id';
}
