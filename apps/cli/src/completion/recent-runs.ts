import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const MOST = 200;

/** Run ids of a project that this command line has shown, the newest first; [] where none was. */
export function recentRuns(home: string, root: string): readonly string[] {
  try {
    const text = readFileSync(fileOf(home, root), 'utf8');
    return text.split('\n').filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** Remembers run ids for completion; where that is not possible, nothing is lost. */
export function rememberRuns(home: string, root: string, runs: readonly string[]): void {
  try {
    const all = [...new Set([...runs, ...recentRuns(home, root)])].sort(byAge).slice(0, MOST);
    const path = fileOf(home, root);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${all.join('\n')}\n`, { mode: 0o600 });
  } catch {
    // Completion is a convenience.
  }
}

function byAge(a: string, b: string): number {
  return millis(b) - millis(a);
}

function millis(run: string): number {
  return Number(run.slice(run.lastIndexOf('_') + 1)) || 0;
}

function fileOf(home: string, root: string): string {
  return join(home, 'cache/runs', createHash('sha256').update(root).digest('hex').slice(0, 32));
}
