import { AppError } from '@aml/errors';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Where downloads go: a folder that nothing is written out of, whatever a path says. */
export class DownloadFolder {
  readonly path: string;

  constructor(path: string) {
    mkdirSync(path, { recursive: true });
    this.path = realpathSync(path);
  }

  /**
   * Writes a file from a stream: beside its place first, then renamed, so that no half file stays under the name.
   * @throws AppError `path-unsafe` for a path that leads out, `download-corrupt` where the bytes are not those expected.
   */
  async write(
    path: string,
    content: AsyncIterable<Uint8Array>,
    expected?: { readonly sha256: string },
  ): Promise<number> {
    const target = this.locate(path);
    const temporary = `${target}.${process.pid}.part`;
    const hash = createHash('sha256');
    let bytes = 0;
    const descriptor = openSync(temporary, 'wx', 0o644);
    try {
      for await (const chunk of content) {
        writeWhole(descriptor, chunk);
        hash.update(chunk);
        bytes += chunk.length;
      }
      const actual = hash.digest('hex');
      if (expected !== undefined && actual !== expected.sha256) throw corrupt(path, expected.sha256, actual);
      renameSync(temporary, target);
      return bytes;
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    } finally {
      closeSync(descriptor);
    }
  }

  /** Absolute place of a path, its folder made. */
  locate(path: string): string {
    const names = path.split('/');
    if (
      path.startsWith('/') ||
      path.includes('\0') ||
      names.some((name) => name === '..' || name === '' || name === '.')
    ) {
      throw unsafe(path);
    }
    const target = join(this.path, path);
    mkdirSync(dirname(target), { recursive: true });
    // A link that was there before may lead elsewhere.
    const inside = relative(this.path, realpathSync(dirname(target)));
    if (inside === '..' || inside.startsWith(`..${sep}`)) throw unsafe(path);
    return target;
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
}

function unsafe(path: string): AppError {
  return new AppError({
    code: 'path-unsafe',
    message: `\`${path}\` leads out of the folder that is downloaded to, and is not written`,
    hint: 'Choose an empty folder with -d.',
    blame: 'user',
  });
}

function corrupt(path: string, expected: string, actual: string): AppError {
  return new AppError({
    code: 'download-corrupt',
    message: `${path} arrived with SHA-256 ${actual} instead of ${expected}`,
    hint: 'Run the command again.',
    retryable: true,
  });
}
