import { posix } from 'node:path';
import type { Host } from './host';

/** Packages that need a Spark session to be of any use. */
const SPARK_PACKAGES = [
  'pyspark',
  'mmlspark',
  'synapse',
  'sparkdl',
  'sparknlp',
  'graphframes',
  'pysparkling',
  'delta',
  'findspark',
  'databricks',
];

const LARGEST_SOURCE = 4 * 1024 * 1024;
const MOST_FILES = 500;

/**
 * Does a script use Spark? It and the modules of the project that it imports are read, not run.
 * @returns where the first import stands, as `train.py`; undefined where there is none.
 */
export async function findSparkImport(
  host: Host,
  project: string,
  script: string,
): Promise<string | undefined> {
  const pending = [posix.normalize(script)];
  const seen = new Set(pending);
  const roots = [...new Set([posix.dirname(pending[0] ?? '.'), '.'])];
  for (const path of pending) {
    const source = (await host.readFile(`${project}/${path}`, 0, LARGEST_SOURCE))?.toString();
    if (source === undefined) continue;
    const modules = importedModules(source);
    if (modules.some((name) => SPARK_PACKAGES.includes(name.split('.')[0] ?? ''))) return path;
    for (const name of modules) {
      for (const candidate of candidates(name, posix.dirname(path), roots)) {
        if (seen.has(candidate) || seen.size >= MOST_FILES) continue;
        seen.add(candidate);
        pending.push(candidate);
      }
    }
  }
  return undefined;
}

/** Names after `import` and `from`, `a.b` for `from a import b` too; relative ones begin with their dots. */
export function importedModules(source: string): string[] {
  const text = source.replace(/\\\r?\n/g, ' ').replace(/#.*$/gm, '');
  const found: string[] = [];
  for (const [, list = ''] of text.matchAll(/(?:^|[;:])[ \t]*import[ \t]+([\w.,\t ]+)/gm)) {
    for (const part of list.split(',')) found.push(part.trim().split(/\s+/)[0] ?? '');
  }
  const from = /(?:^|[;:])[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n;]*)/gm;
  for (const [, base = '', list = ''] of text.matchAll(from)) {
    found.push(base);
    const names = list.replace(/[()]/g, ' ').split(',');
    const prefix = base.endsWith('.') || base === '' ? base : `${base}.`;
    for (const name of names) found.push(prefix + (name.trim().split(/\s+/)[0] ?? ''));
  }
  for (const [, name = ''] of text.matchAll(/(?:import_module|__import__)\(\s*['"]([\w.]+)['"]/g)) {
    found.push(name);
  }
  return found.filter((name) => name !== '' && !name.endsWith('*'));
}

function candidates(module: string, folder: string, roots: readonly string[]): string[] {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const relative = module.slice(dots).split('.').join('/');
  const bases = dots === 0 ? roots : [posix.join(folder, ...Array<string>(dots - 1).fill('..'))];
  return bases
    .map((base) => posix.join(base, relative))
    .filter((path) => !path.startsWith('..'))
    .flatMap((path) => [`${path}.py`, posix.join(path, '__init__.py')]);
}
