import { referencedPaths, type SourceFile } from '@aml/aml-config';
import type { Snapshot, SnapshotStore } from '../snapshots/snapshot-store';

/** How often files may lead to further files. */
const DEPTH = 8;
const LARGEST_CONFIGURATION = 1024 * 1024;

/** The `aml_config` folder of a snapshot and the files that it refers to. */
export async function readProjectFiles(snapshot: Snapshot, store: SnapshotStore): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  const read = async (path: string): Promise<void> => {
    const content = await store.readFile(snapshot, path, LARGEST_CONFIGURATION);
    if (content) files.push({ path, content });
  };
  const folder = snapshot.entries.filter(
    ({ type, path }) => type === 'file' && /^aml_config\/[^/]+$/.test(path),
  );
  await Promise.all(folder.map(({ path }) => read(path)));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const asked = new Set<string>();
  for (let turn = 0; turn < DEPTH; turn++) {
    const wanted = referencedPaths(files).filter((path) => !asked.has(path));
    if (wanted.length === 0) break;
    wanted.forEach((path) => asked.add(path));
    await Promise.all(wanted.map(read));
  }
  return files;
}
