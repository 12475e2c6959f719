import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerLock } from './server-lock';

describe('the lock of a home folder', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'aml-lock-'));
  });

  afterEach(() => rm(home, { recursive: true, force: true }));

  /** What a process that was killed has left. */
  const leaveBehind = async (): Promise<void> => {
    const pid = Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
    await mkdir(join(home, 'server.lock'));
    await writeFile(join(home, 'server.lock/owner.json'), JSON.stringify({ pid, startTime: '1' }));
  };

  it('is had by one, until it is given back', async () => {
    const lock = await ServerLock.take(home);
    expect(lock).toBeDefined();
    expect(await ServerLock.take(home)).toBeUndefined();
    await lock?.release();
    expect(await ServerLock.take(home)).toBeDefined();
  });

  it('of a dead process goes to the next, and one that judged it dead before does not take it away again', async () => {
    await leaveBehind();
    expect(await ServerLock.take(home)).toBeDefined();
    expect(await ServerLock.take(home)).toBeUndefined();
    const left = await readdir(home);
    expect(left).toContain('server.lock');
    expect(left.filter((name) => name.startsWith('server.lock.dead-'))).toHaveLength(1);
  });

  it('that nobody can be told from is taken over too', async () => {
    await mkdir(join(home, 'server.lock'));
    await writeFile(join(home, 'server.lock/owner.json'), 'cut of');
    expect(await ServerLock.take(home)).toBeDefined();
  });

  it('is waited for while its owner is about to end', async () => {
    const first = await ServerLock.take(home);
    await first?.announceStopping();
    const waiting = ServerLock.take(home);
    await new Promise((resolve) => setTimeout(resolve, 120));
    await first?.release();
    expect(await waiting).toBeDefined();
  });
});
