import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const HEADING = 'aml-stat-cache 2';

/** What was found out about the content of a file. */
export interface KnownContent {
  readonly sha256: string;
  /** Lines that look as if they held a secret; [] for none. */
  readonly secretLines: readonly number[];
}

/**
 * Contents of files by (device, inode, size, mtime, ctime), so that a file is read again only when it may have changed.
 * One text file for each project; losing it costs time only.
 */
export class StatCache {
  private readonly path: string | undefined;
  private readonly known: ReadonlyMap<string, string>;

  private constructor(path: string | undefined, known: ReadonlyMap<string, string>) {
    this.path = path;
    this.known = known;
  }

  /** A cache that knows nothing and keeps nothing. */
  static none(): StatCache {
    return new StatCache(undefined, new Map());
  }

  static open(home: string, root: string): StatCache {
    const name = createHash('sha256').update(root).digest('hex').slice(0, 32);
    const path = join(home, 'cache/snapshots', name);
    return new StatCache(path, readKnown(path));
  }

  look(identity: string, stamp: string): KnownContent | undefined {
    const line = this.known.get(identity);
    if (line === undefined || !line.startsWith(`${stamp} `)) return undefined;
    const [sha256 = '', lines] = line.slice(stamp.length + 1).split(' ');
    return { sha256, secretLines: lines ? lines.split(',').map(Number) : [] };
  }

  /** Keeps exactly these; a cache that cannot be written is no failure. */
  keep(
    contents: Iterable<{ readonly identity: string; readonly stamp: string; readonly known: KnownContent }>,
  ): void {
    if (this.path === undefined) return;
    const lines = [HEADING];
    for (const { identity, stamp, known } of contents) {
      lines.push(`${identity} ${stamp} ${known.sha256} ${known.secretLines.join(',')}`);
    }
    const temporary = `${this.path}.${process.pid}`;
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      writeFileSync(temporary, `${lines.join('\n')}\n`, { mode: 0o600 });
      renameSync(temporary, this.path);
    } catch {
      rmSync(temporary, { force: true });
    }
  }
}

function readKnown(path: string): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    return known;
  }
  const lines = text.split('\n');
  if (lines[0] !== HEADING || lines.at(-1) !== '') return known;
  for (let index = 1; index < lines.length - 1; index += 1) {
    const line = lines[index] ?? '';
    const cut = line.indexOf(' ');
    known.set(line.slice(0, cut), line.slice(cut + 1));
  }
  return known;
}
