import { Zip, ZipDeflate } from 'fflate';
import { closeSync, openSync, writeSync } from 'node:fs';

/** Writes a zip file entry by entry; only a chunk is in memory. */
export class ZipWriter {
  private readonly descriptor: number;
  private readonly zip: Zip;
  private failure: Error | undefined;

  constructor(path: string) {
    this.descriptor = openSync(path, 'w', 0o600);
    this.zip = new Zip((error, chunk) => {
      if (error) this.failure = error;
      else writeWhole(this.descriptor, chunk);
    });
  }

  async add(
    path: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    mode = 0o644,
  ): Promise<void> {
    const entry = new ZipDeflate(path, { level: 6 });
    entry.os = 3;
    entry.attrs = ((0o100000 | (mode & 0o777)) << 16) >>> 0;
    this.zip.add(entry);
    for await (const chunk of content) entry.push(chunk);
    entry.push(new Uint8Array(0), true);
    if (this.failure) throw this.failure;
  }

  async addText(path: string, text: string): Promise<void> {
    await this.add(path, [Buffer.from(text)]);
  }

  finish(): void {
    try {
      this.zip.end();
      if (this.failure) throw this.failure;
    } finally {
      closeSync(this.descriptor);
    }
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
}
