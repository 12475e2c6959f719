import { printable } from '../output/printable';
import type { Terminal } from '../output/terminal';
import type { Snapshot } from '../snapshot/take-snapshot';

const MOST = 5;

/** Says on stderr what deserves a word about the snapshot: special files, links that lead out, what looks secret. */
export function warnOfSnapshot(terminal: Terminal, snapshot: Snapshot): void {
  const { yellow, bold, cyan } = terminal.errColors;
  const word = yellow(bold('warning:'));
  for (const warning of snapshot.warnings.slice(0, MOST))
    terminal.err(`${word} ${printable(warning.message)}\n`);
  if (snapshot.warnings.length > MOST) {
    terminal.err(
      `${word} ${snapshot.warnings.length - MOST} more of this kind; \`aml snapshot preview\` lists all\n`,
    );
  }
  if (snapshot.secrets.length === 0) return;
  const places = snapshot.secrets.slice(0, MOST).map(({ path, line }) => `${printable(path)}:${line}`);
  if (snapshot.secrets.length > MOST) places.push(`${snapshot.secrets.length - MOST} more`);
  terminal.err(`${word} this looks like a secret and is kept with every snapshot: ${places.join(', ')}\n`);
  terminal.err(
    `  ${cyan('next:')} Give it with --env NAME=… when you submit, or leave the file out with a line in .amlignore.\n`,
  );
}
