import { COMMAND_LINE, didYouMean } from '@aml/aml-config';
import type { FindingBody } from '@aml/contracts';
import type { Snapshot } from '../snapshots/snapshot-store';

/** Is the script a file of the snapshot? */
export function checkScript(script: string, snapshot: Snapshot): FindingBody | undefined {
  const at = { file: COMMAND_LINE, line: 1, column: 1 };
  const entry = snapshot.entries.find(({ path }) => path === script);
  if (!entry) {
    const inside = snapshot.entries.some(({ path }) => path.startsWith(`${script}/`));
    if (inside) return isFolder(script, at);
    const scripts = snapshot.entries
      .filter(({ type, path }) => type === 'file' && path.endsWith('.py'))
      .map(({ path }) => path);
    return {
      ...at,
      severity: 'error',
      code: 'script-not-found',
      message: `the project has no file ${JSON.stringify(script)}`,
      hint:
        didYouMean(script, scripts) ||
        'The path is from the project root; a file that `.amlignore` or `.gitignore` leaves out is not sent.',
    };
  }
  if (entry.type === 'directory') return isFolder(script, at);
  if (entry.type === 'file' && entry.size === 0) {
    return {
      ...at,
      severity: 'warning',
      code: 'script-empty',
      message: `the script ${JSON.stringify(script)} has no content: the run will do nothing and succeed`,
    };
  }
  return undefined;
}

function isFolder(script: string, at: { file: string; line: number; column: number }): FindingBody {
  return {
    ...at,
    severity: 'error',
    code: 'script-is-folder',
    message: `${JSON.stringify(script)} is a folder, not a script`,
    hint: `Name a file in it, such as ${script}/train.py.`,
  };
}
