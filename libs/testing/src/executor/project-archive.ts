import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';

export type ProjectEntry = string | Buffer | { readonly link: string };

/** A project as the executor gets it: a tar of these files, by path. */
export class ProjectArchive {
  readonly id: string;
  readonly files: number;
  readonly bytes: number;
  /** How often it was asked for. */
  opened = 0;

  private constructor(
    private readonly tar: Buffer,
    files: number,
  ) {
    this.id = createHash('sha256').update(tar).digest('hex');
    this.files = files;
    this.bytes = tar.length;
  }

  static async of(files: Readonly<Record<string, ProjectEntry>>): Promise<ProjectArchive> {
    const tar = pack();
    const written = (async () => {
      for (const [name, entry] of Object.entries(files)) {
        await new Promise<void>((resolve, reject) => {
          const done = (error?: Error | null): void => (error ? reject(error) : resolve());
          if (typeof entry === 'string' || Buffer.isBuffer(entry)) {
            tar.entry({ name, mode: 0o644 }, Buffer.from(entry), done);
          } else tar.entry({ name, type: 'symlink', linkname: entry.link }, done);
        });
      }
      tar.finalize();
    })();
    const chunks: Uint8Array[] = [];
    for await (const chunk of tar as AsyncIterable<Uint8Array>) chunks.push(chunk);
    await written;
    return new ProjectArchive(Buffer.concat(chunks), Object.keys(files).length);
  }

  async openArchive(): Promise<Readable> {
    this.opened += 1;
    return Readable.from([this.tar]);
  }
}
