import type { CommandContext } from '../command';
import { count, formatBytes } from '../output/humanize';
import { printRecords } from '../output/print-records';
import { requireProjectRoot } from '../project/find-project-root';
import { warnOfSnapshot } from '../submit/warn-of-snapshot';
import { readProject } from './read-project';
import { StatCache } from './stat-cache';
import type { Snapshot } from './take-snapshot';

export interface Offender {
  /** A line for .amlignore. */
  readonly ignore: string;
  readonly bytes: number;
  readonly files: number;
}

/** Prints what a submit would send; the services are not asked. */
export async function previewSnapshot(
  context: CommandContext,
  options: { readonly files: boolean; readonly top: number },
): Promise<void> {
  const { settings, terminal, output } = context;
  const root = requireProjectRoot(settings.cwd);
  const snapshot = await readProject(root, StatCache.open(settings.home, root), terminal);
  const offenders = biggestOffenders(snapshot, options.top);
  warnOfSnapshot(terminal, snapshot);
  const data = {
    root,
    files: snapshot.files,
    bytes: snapshot.bytes,
    biggest: offenders,
    left_out: snapshot.leftOut,
    warnings: snapshot.warnings,
    secrets: snapshot.secrets,
    ...(options.files ? { entries: snapshot.entries } : {}),
  };
  if (options.files) {
    const files = snapshot.entries.filter((entry) => entry.type === 'file');
    await printRecords(terminal, output, {
      data,
      rows: files,
      columns: [
        { title: 'File', text: (file) => file.path },
        { title: 'Size', text: (file) => formatBytes(file.size), raw: (file) => file.size, align: 'right' },
      ],
    });
    return;
  }
  if (output.format === 'table' && output.query === undefined) {
    terminal.out(`${count(snapshot.files, 'file')}, ${formatBytes(snapshot.bytes)}, from ${root}\n`);
    for (const left of snapshot.leftOut.slice(0, options.top))
      terminal.out(`left out: ${left.path} (${left.by})\n`);
    if (snapshot.leftOut.length > options.top)
      terminal.out(`left out: ${snapshot.leftOut.length - options.top} more\n`);
    terminal.out('\n');
  }
  await printRecords(terminal, output, {
    data,
    rows: offenders,
    columns: [
      { title: 'Line for .amlignore', text: (row) => row.ignore },
      { title: 'Saves', text: (row) => formatBytes(row.bytes), raw: (row) => row.bytes, align: 'right' },
      {
        title: 'Files',
        text: (row) => row.files.toLocaleString('en-US'),
        raw: (row) => row.files,
        align: 'right',
      },
    ],
  });
}

/** Folders and files that weigh most, none of them inside another one that is listed. */
export function biggestOffenders(snapshot: Snapshot, most: number): readonly Offender[] {
  const folders = new Map<string, { bytes: number; files: number }>();
  const candidates: Offender[] = [];
  for (const entry of snapshot.entries) {
    if (entry.type !== 'file' || entry.path.startsWith('aml_config/')) continue;
    const bytes = entry.size ?? 0;
    candidates.push({ ignore: `/${escapePattern(entry.path)}`, bytes, files: 1 });
    for (let cut = entry.path.indexOf('/'); cut > 0; cut = entry.path.indexOf('/', cut + 1)) {
      const folder = entry.path.slice(0, cut + 1);
      const sum = folders.get(folder) ?? { bytes: 0, files: 0 };
      folders.set(folder, { bytes: sum.bytes + bytes, files: sum.files + 1 });
    }
  }
  for (const [folder, sum] of folders) candidates.push({ ignore: `/${escapePattern(folder)}`, ...sum });
  candidates.sort((a, b) => b.bytes - a.bytes || a.ignore.length - b.ignore.length);
  const chosen: Offender[] = [];
  for (const candidate of candidates) {
    if (chosen.length === most || candidate.bytes === 0) break;
    if (!chosen.some((each) => each.ignore.endsWith('/') && candidate.ignore.startsWith(each.ignore)))
      chosen.push(candidate);
  }
  return chosen;
}

function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]]/g, (character) => `\\${character}`).replace(/ $/, '\\ ');
}
