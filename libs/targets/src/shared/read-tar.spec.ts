import { Readable } from 'node:stream';
import { ProjectArchive } from '@aml/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTar } from './read-tar';

async function listed(archive: Readable): Promise<[string, string, string][]> {
  const found: [string, string, string][] = [];
  for await (const entry of readTar(archive)) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry.body()) chunks.push(chunk);
    const content = entry.type === 'link' ? entry.target : Buffer.concat(chunks);
    found.push([entry.name.toString(), entry.type, content.toString()]);
  }
  return found;
}

async function bytesOf(files: Parameters<typeof ProjectArchive.of>[0]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await (await ProjectArchive.of(files)).openArchive())
    chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('reading a tar', () => {
  it('gives names, links and contents, wherever the stream is cut', async () => {
    const long = `${'d/'.repeat(80)}file`;
    const bytes = await bytesOf({ a: 'x'.repeat(513), 'ü\n"': '', [long]: 'deep', l: { link: 'a' } });
    const expected = [
      ['a', 'file', 'x'.repeat(513)],
      ['ü\n"', 'file', ''],
      [long, 'file', 'deep'],
      ['l', 'link', 'a'],
    ];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2000 }), async (size) => {
        const parts: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
        expect(await listed(Readable.from(parts))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('skips what is not read', async () => {
    const names: string[] = [];
    const archive = Readable.from([await bytesOf({ a: 'x'.repeat(5000), b: 'y' })]);
    for await (const entry of readTar(archive)) names.push(entry.name.toString());
    expect(names).toEqual(['a', 'b']);
  });

  it('refuses an archive that is cut off or is none', async () => {
    const bytes = await bytesOf({ a: 'x'.repeat(5000) });
    await expect(listed(Readable.from([bytes.subarray(0, 2000)]))).rejects.toThrow('in the middle of a file');
    await expect(listed(Readable.from([bytes.subarray(0, 300)]))).rejects.toThrow('ends too early');
    await expect(listed(Readable.from([Buffer.alloc(1024, 'z')]))).rejects.toThrow('checksum');
  });
});
