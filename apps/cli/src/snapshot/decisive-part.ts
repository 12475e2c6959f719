import type { Snapshot } from './take-snapshot';

const SMALL_BYTES = 1_000_000;
const PACKAGES = /\.(whl|zip|gz|bz2|tar)$/i;

/**
 * The part of a snapshot that decides configuration and environment: small files, local packages and the script. What
 * only asks (`--plan`, `environment plan`, `prepare`) need not send gigabytes of data.
 */
export function decisivePart(snapshot: Snapshot, script?: string): Snapshot {
  const chosen = (path: string, size: number): boolean =>
    size <= SMALL_BYTES || PACKAGES.test(path) || path === script;
  const entries = snapshot.entries.filter(
    (entry) => entry.type !== 'file' || chosen(entry.path, entry.size ?? 0),
  );
  const needed = new Set(entries.map((entry) => entry.sha256));
  return {
    ...snapshot,
    entries,
    contents: new Map([...snapshot.contents].filter(([sha256]) => needed.has(sha256))),
  };
}
