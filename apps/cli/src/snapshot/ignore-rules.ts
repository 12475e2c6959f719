import ignore, { type Ignore } from 'ignore';

/** Left out of every snapshot unless an `.amlignore` takes them back in (`!outputs/`). */
export const DEFAULT_IGNORES: readonly string[] = [
  // A link of this name too: a run that wrote through it would leave its copy of the project.
  '/outputs',
  '__pycache__/',
  '*.pyc',
  '.ipynb_checkpoints/',
  '.pytest_cache/',
  '.mypy_cache/',
  '.ruff_cache/',
  'node_modules/',
  '.DS_Store',
  '.hg/',
  '.svn/',
];

/** Never part of a snapshot: what belongs to the folder, not to its content. */
export const NEVER_SENT: ReadonlySet<string> = new Set(['.git', '.aml']);

/** Files whose presence makes a folder a Python environment, which is left out as a whole. */
export const ENVIRONMENT_MARKS: readonly string[] = ['pyvenv.cfg', 'conda-meta'];

export const IGNORE_FILES = ['.amlignore', '.gitignore'] as const;
export type IgnoreFile = (typeof IGNORE_FILES)[number];

interface Layer {
  /** Folder of the ignore file, from the project root, with `/` at its end; `` for the root. */
  readonly folder: string;
  readonly rules: Ignore;
  /** The beginnings of the paths that `!` lines take back in. */
  readonly takenBack: readonly string[];
}

export interface Verdict {
  readonly ignored: boolean;
  /** The file that decided, or `default`; undefined: no rule speaks of the path. */
  readonly by: string | undefined;
}

/**
 * The ignore rules that hold in a folder: every `.amlignore` and `.gitignore` on the way to it, with git's meaning,
 * the deepest first. Where both kinds speak of a path, `.amlignore` wins.
 */
export class IgnoreRules {
  private readonly aml: readonly Layer[];
  private readonly git: readonly Layer[];
  private readonly defaults: Ignore;

  private constructor(aml: readonly Layer[], git: readonly Layer[], defaults: Ignore) {
    this.aml = aml;
    this.git = git;
    this.defaults = defaults;
  }

  static atRoot(): IgnoreRules {
    return new IgnoreRules([], [], newIgnore(DEFAULT_IGNORES.join('\n')));
  }

  /** The rules inside `folder` (`a/b/`), where it has an ignore file with this text. */
  extend(kind: IgnoreFile, folder: string, text: string): IgnoreRules {
    const layer: Layer = { folder, rules: newIgnore(text), takenBack: negatedPrefixes(folder, text) };
    return kind === '.amlignore'
      ? new IgnoreRules([layer, ...this.aml], this.git, this.defaults)
      : new IgnoreRules(this.aml, [layer, ...this.git], this.defaults);
  }

  /** Whether a path is left out; folders are asked for with `/` at their end. */
  judge(path: string): Verdict {
    return (
      ask(this.aml, path, '.amlignore') ??
      ask(this.git, path, '.gitignore') ?? { ...test(this.defaults, path), by: 'default' }
    );
  }

  /** Whether `.amlignore` says that the path belongs to the snapshot. */
  isTakenBack(path: string): boolean {
    return ask(this.aml, path, '.amlignore')?.ignored === false;
  }

  /** Whether a folder that is left out holds something that an `.amlignore` takes back in. */
  mayHoldTakenBack(folder: string): boolean {
    return this.aml.some((layer) => layer.takenBack.some((prefix) => prefix.startsWith(folder)));
  }
}

function newIgnore(text: string): Ignore {
  return ignore({ allowRelativePaths: true }).add(text);
}

function ask(layers: readonly Layer[], path: string, file: string): Verdict | undefined {
  for (const layer of layers) {
    const inside = path.slice(layer.folder.length);
    const { ignored, unignored } = layer.rules.test(inside);
    if (ignored || unignored) return { ignored, by: `${layer.folder}${file}` };
  }
  return undefined;
}

function test(rules: Ignore, path: string): { ignored: boolean } {
  return { ignored: rules.test(path).ignored };
}

/** `!data/model.pkl` in the root: `data/model.pkl`; the literal beginning where the line has wildcards. */
function negatedPrefixes(folder: string, text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('!') && line.slice(1).replace(/\/$/, '').includes('/'))
    .map((line) => folder + (/^\/?([^*?[\\]*)/.exec(line.slice(1))?.[1] ?? ''));
}
