import type { OutputFile } from '../target-driver';
import type { Host, WalkEntry } from './host';
import type { RunFolder } from './run-folder';

export interface CollectedOutputs {
  readonly files: readonly OutputFile[];
  readonly refused: readonly string[];
}

/**
 * The files below `outputs/` (paths from the project root) and those given to `upload_file` (which win where both have
 * the same path). A link to a file or folder of the same run stands for what it points at; one that leads anywhere
 * else, a device or pipe, and a name that is not UTF-8 are refused and named.
 * @param inside the run folder's path as the script saw it, where it saw another one.
 */
export async function collectOutputs(
  host: Host,
  folder: RunFolder,
  inside = folder.root,
): Promise<CollectedOutputs> {
  const collection = new Collection(host, folder, inside);
  await collection.addOutputs();
  await collection.addBelow(folder.uploads, '', folder.uploads);
  return collection.result();
}

class Collection {
  private readonly files = new Map<string, OutputFile>();
  private readonly refused: string[] = [];

  constructor(
    private readonly host: Host,
    private readonly folder: RunFolder,
    private readonly inside: string,
  ) {}

  result(): CollectedOutputs {
    return { files: [...this.files.values()], refused: this.refused };
  }

  /** `outputs` itself may have been replaced by a link. */
  async addOutputs(): Promise<void> {
    const stat = await this.host.stat(this.folder.outputs);
    if (stat?.type === 'directory') await this.addBelow(this.folder.outputs, 'outputs', this.folder.project);
    else if (stat)
      await this.addEntry({ ...stat, path: 'outputs' }, this.folder.project, '', this.folder.project, []);
  }

  async addBelow(
    folder: string,
    prefix: string,
    within: string,
    through: readonly string[] = [],
  ): Promise<void> {
    for await (const entry of this.host.walk(folder)) {
      if (entry.type !== 'directory' || entry.problem) {
        await this.addEntry(entry, folder, prefix, within, through);
      }
    }
  }

  private async addEntry(
    entry: WalkEntry,
    folder: string,
    prefix: string,
    within: string,
    through: readonly string[],
  ): Promise<void> {
    const path = prefix === '' ? entry.path : `${prefix}/${entry.path}`;
    const source = `${folder}/${entry.path}`;
    if (entry.problem) this.refuse(path, entry.problem);
    else if (entry.type === 'file') this.add(path, entry.size, source);
    else if (entry.type === 'link') await this.addLink(path, source, entry.target ?? '', within, through);
    else this.refuse(path, 'it is neither a file nor a folder');
  }

  private async addLink(
    path: string,
    source: string,
    target: string,
    within: string,
    through: readonly string[],
  ): Promise<void> {
    const real = await this.resolve(source, target);
    if (real === undefined) return this.refuse(path, `it is a link to "${target}", which is not there`);
    const root = (await this.host.realPath(within)) ?? within;
    if (!real.startsWith(`${root}/`)) {
      return this.refuse(path, `it is a link to "${target}", which is outside the run's own files`);
    }
    const stat = await this.host.stat(real);
    if (stat?.type === 'file') return this.add(path, stat.size, real);
    if (stat?.type !== 'directory') return this.refuse(path, `it is a link to "${target}", which is no file`);
    const holder = (await this.host.realPath(source.slice(0, source.lastIndexOf('/')))) ?? '';
    if (through.includes(real) || holder === real || holder.startsWith(`${real}/`)) {
      return this.refuse(path, `it is a link to "${target}", which holds the link itself`);
    }
    await this.addBelow(real, path, within, [...through, real]);
  }

  /** Follows a link; an absolute one of a container starts where the container saw the run folder. */
  private async resolve(source: string, target: string): Promise<string | undefined> {
    if (this.inside !== this.folder.root && target.startsWith(`${this.inside}/`)) {
      return this.host.realPath(this.folder.root + target.slice(this.inside.length));
    }
    return this.host.realPath(source);
  }

  private add(path: string, size: number, source: string): void {
    this.files.set(path, { path, size, open: () => this.host.openFile(source) });
  }

  private refuse(path: string, why: string): void {
    this.refused.push(`${path}: ${why}`);
  }
}
