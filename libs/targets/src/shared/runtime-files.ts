import { packFiles } from '@aml/docker-client';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onHost } from './host-error';

/** Where the Python files are that go into every run folder. */
export interface RuntimeFolders {
  /** Modules for PYTHONPATH. */
  readonly sdkFolder: string;
  /** `supervisor.py` and what stands in for it. */
  readonly supervisorFolder: string;
}

export interface RuntimeFile {
  readonly path: string;
  readonly content: Buffer | string;
  readonly mode?: number;
}

const LEFT_OUT = new Set(['__pycache__', 'tests', '.pytest_cache']);

/** The files of ours in a run folder, read once per process and sent as one archive. */
export class RuntimeBundle {
  private tar: Promise<Buffer> | undefined;

  /** @param programs more files for `bin/`. */
  constructor(
    private readonly folders: RuntimeFolders,
    private readonly programs: readonly RuntimeFile[] = [],
  ) {}

  /** A tar with `sdk/` and `bin/`. */
  async open(): Promise<Readable> {
    this.tar ??= this.pack();
    this.tar.catch(() => (this.tar = undefined));
    return Readable.from([await this.tar]);
  }

  private async pack(): Promise<Buffer> {
    return onHost('read the files of ours that a run needs', async () => {
      const sdk = await filesBelow(this.folders.sdkFolder, 'sdk');
      const all = await filesBelow(this.folders.supervisorFolder, 'bin');
      const supervisor = all.filter((file) => /^bin\/[^/]+\.(py|sh)$/.test(file.path));
      const chunks: Uint8Array[] = [];
      for await (const chunk of packFiles([...sdk, ...supervisor, ...this.programs])) chunks.push(chunk);
      return Buffer.concat(chunks);
    });
  }
}

async function filesBelow(folder: string, prefix: string): Promise<RuntimeFile[]> {
  const found: RuntimeFile[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (LEFT_OUT.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(path, `${prefix}/${entry.name}`)));
    else if (!entry.name.endsWith('.pyc')) {
      found.push({ path: `${prefix}/${entry.name}`, content: await readFile(path) });
    }
  }
  return found;
}
