import type { FileChange, SnapshotEntry } from '@aml/contracts';
import { structuredPatch } from 'diff';
import type { Snapshot, SnapshotStore } from './snapshot-store';

/** Text files up to this size are compared line by line. */
const TEXT_LIMIT = 512 * 1024;
const MOST_CHANGES_WITH_HUNKS = 200;

/** What changed from `before` to `after`, by path; hunks for text. */
export async function compareSnapshots(
  before: Snapshot,
  after: Snapshot,
  store: SnapshotStore,
): Promise<FileChange[]> {
  const old = byPath(before);
  const now = byPath(after);
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  const changes: FileChange[] = [];
  for (const path of paths) {
    const change = kindOfChange(old.get(path), now.get(path));
    if (!change) continue;
    const texts =
      changes.length < MOST_CHANGES_WITH_HUNKS
        ? await Promise.all([textOf(store, before, old.get(path)), textOf(store, after, now.get(path))])
        : [undefined, undefined];
    changes.push({
      path,
      change,
      sizeBefore: old.get(path)?.size ?? null,
      sizeAfter: now.get(path)?.size ?? null,
      binary: texts.includes(undefined),
      hunks: change === 'mode' || change === 'type' ? [] : hunksOf(path, texts[0], texts[1]),
    });
  }
  return changes;
}

function byPath(snapshot: Snapshot): Map<string, SnapshotEntry> {
  return new Map(
    snapshot.entries.filter(({ type }) => type !== 'directory').map((entry) => [entry.path, entry]),
  );
}

function kindOfChange(
  old: SnapshotEntry | undefined,
  now: SnapshotEntry | undefined,
): FileChange['change'] | undefined {
  if (!old) return 'added';
  if (!now) return 'removed';
  if (old.type !== now.type) return 'type';
  if (old.sha256 !== now.sha256 || old.target !== now.target) return 'modified';
  return old.mode === now.mode ? undefined : 'mode';
}

/** The text of an entry, empty where it is absent; undefined where it is binary or too large to compare. */
async function textOf(
  store: SnapshotStore,
  snapshot: Snapshot,
  entry: SnapshotEntry | undefined,
): Promise<string | undefined> {
  if (!entry) return '';
  if (entry.type === 'link') return `${entry.target ?? ''}\n`;
  if ((entry.size ?? 0) > TEXT_LIMIT) return undefined;
  const bytes = await store.readFile(snapshot, entry.path);
  if (!bytes || bytes.includes(0)) return undefined;
  return bytes.toString('utf8');
}

function hunksOf(path: string, old: string | undefined, now: string | undefined): FileChange['hunks'] {
  if (old === undefined || now === undefined) return [];
  const patch = structuredPatch(path, path, old, now, undefined, undefined, { context: 3, timeout: 2_000 });
  return (patch?.hunks ?? []).map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    oldStart,
    oldLines,
    newStart,
    newLines,
    lines,
  }));
}
