import { startProgress, type Progress } from '../output/progress-bar';
import type { Terminal } from '../output/terminal';
import type { StatCache } from './stat-cache';
import { takeSnapshot, type Snapshot } from './take-snapshot';

/** Takes a snapshot, with a bar where that takes long. */
export async function readProject(root: string, cache: StatCache, terminal: Terminal): Promise<Snapshot> {
  let progress: Progress | undefined;
  try {
    return await takeSnapshot(root, cache, (total) => {
      progress = startProgress(terminal, 'reading', total);
      return progress.advance;
    });
  } finally {
    progress?.finish();
  }
}
