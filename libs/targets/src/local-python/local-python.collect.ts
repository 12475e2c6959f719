import { collectOutputs, type CollectedOutputs } from '../shared/collect-outputs';
import { runFolderOf } from '../shared/run-folder';
import type { SuperviseParts } from '../shared/supervise-parts';
import type { RunHandle } from '../target-driver';

export function collectLocalPython(parts: SuperviseParts, handle: RunHandle): Promise<CollectedOutputs> {
  return collectOutputs(parts.host, runFolderOf(handle));
}
