import { mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack, type Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpackTar } from './unpack-tar';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'aml-unpack-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

function archiveOf(entries: readonly (Partial<Header> & { name: string; content?: string })[]): Readable {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry({ mode: 0o644, ...header }, content);
  tar.finalize();
  return Readable.from(tar as AsyncIterable<Uint8Array>);
}

const unpack = (entries: Parameters<typeof archiveOf>[0]): Promise<void> =>
  unpackTar(join(folder, 'in'), archiveOf(entries), new AbortController().signal);

describe('unpacking a tar', () => {
  it('keeps bytes, modes, links and names of every kind', async () => {
    await unpack([
      { name: 'run.sh', mode: 0o755, content: '#!/bin/sh' },
      { name: 'locked/', type: 'directory', mode: 0o555 },
      { name: 'locked/a', mode: 0o400, content: 'a' },
      { name: 'shown', pax: { 'AML.rawpath': Buffer.from([0x66, 0xff]).toString('base64') }, content: 'raw' },
      { name: 'link', type: 'symlink', linkname: 'run.sh' },
      { name: 'big', content: 'b'.repeat(600_000) },
    ]);
    const at = (name: string): string => join(folder, 'in', name);
    expect((await stat(at('run.sh'))).mode & 0o777).toBe(0o755);
    expect((await stat(at('locked'))).mode & 0o777).toBe(0o555);
    expect((await stat(at('locked/a'))).mode & 0o777).toBe(0o400);
    expect(await readlink(at('link'))).toBe('run.sh');
    expect((await stat(at('big'))).size).toBe(600_000);
    const raw = Buffer.concat([Buffer.from(at('') + '/'), Buffer.from([0x66, 0xff])]);
    expect((await readFile(raw)).toString()).toBe('raw');
  });

  it('leaves room for other work while many files are made', async () => {
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 1);
    const contents = Array.from({ length: 3000 }, (_, index) => ({
      name: `${index % 50}/${index}`,
      content: `${index}`,
    }));
    const whole: Buffer[] = [];
    for await (const chunk of archiveOf(contents)) whole.push(chunk as Buffer);
    turns = 0;
    const archive = Readable.from([Buffer.concat(whole)]);
    await unpackTar(join(folder, 'in'), archive, new AbortController().signal);
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(3);
    for (const { name, content } of contents)
      expect(await readFile(join(folder, 'in', name), 'utf8')).toBe(content);
  });

  it.each([
    ['a name that climbs', [{ name: '../evil', content: 'x' }], 'leads out of the folder'],
    ['an absolute name', [{ name: '/tmp/evil', content: 'x' }], 'absolute'],
    ['a pipe', [{ name: 'p', type: 'fifo' as const }], 'neither a file nor a folder'],
    ['a hard link that climbs', [{ name: 'h', type: 'link' as const, linkname: '../x' }], 'leads out'],
  ])('refuses %s', async (_name, entries, why) => {
    await expect(unpack(entries)).rejects.toMatchObject({
      code: 'archive-unsafe',
      message: expect.stringContaining(why) as string,
    });
  });

  it('writes nothing through a link of the archive', async () => {
    await expect(
      unpack([
        { name: 'out', type: 'symlink', linkname: '..' },
        { name: 'out/evil', content: 'x' },
      ]),
    ).rejects.toThrow();
    await expect(stat(join(folder, 'evil'))).rejects.toThrow('ENOENT');
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const endless = new Readable({ read: () => undefined });
    const unpacking = unpackTar(join(folder, 'in'), endless, abort.signal);
    abort.abort(new Error('enough'));
    await expect(unpacking).rejects.toThrow('enough');
  });
});
