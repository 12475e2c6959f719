import { AppError } from '@aml/errors';

/** `PROJECT_MILLIS`, as in `IrisDemo_1504832281116`; unique within an installation. */
export type RunId = string & { readonly __brand: 'RunId' };

const PATTERN = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}_\d{13,15}$/u;

/** @throws AppError `run-id-malformed` (blame: user). */
export function parseRunId(text: string): RunId {
  if (!PATTERN.test(text)) {
    throw new AppError({
      code: 'run-id-malformed',
      message: `${JSON.stringify(text)} is not a run id`,
      hint: 'A run id looks like IrisDemo_1504832281116. `aml history list` shows the runs of this project.',
      blame: 'user',
    });
  }
  return text as RunId;
}

/** The id of a run of `project` accepted at `millis` (milliseconds since 1970, UTC). */
export function runIdOf(project: string, millis: number): RunId {
  return parseRunId(`${project}_${millis}`);
}

/**
 * The run's name where only lower-case ASCII, digits and dashes are allowed (containers, pods, applications), at most
 * 50 characters, derived from the run id alone so that a repeated launch finds the first one.
 */
export function runSlug(id: RunId): string {
  const cut = id.lastIndexOf('_');
  const project = id.slice(0, cut);
  const ascii = project
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 24)
    .replace(/-+$/, '');
  return `${ascii || 'run'}-${checksum(project)}-${id.slice(cut + 1)}`;
}

/** FNV-1a, 32 bits, base 36: keeps slugs of projects apart whose names differ only in characters the slug drops. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(36).padStart(7, '0');
}
