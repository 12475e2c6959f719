import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProjectRoot } from '../project/find-project-root';
import { recentRuns } from './recent-runs';
import type { CompletionSource } from './complete-words';

/** Names from the files of the project and from what this command line saw last; the services are not asked. */
export function completionSource(place: { readonly cwd: string; readonly home: string }): CompletionSource {
  const root = findProjectRoot(place.cwd);
  const names = (ending: string): readonly string[] => {
    if (root === undefined) return [];
    return readdirSync(join(root, 'aml_config'))
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length));
  };
  return {
    configurations: () => names('.runconfig'),
    targets: () => names('.compute'),
    runs: () => (root === undefined ? [] : recentRuns(place.home, root)),
  };
}
