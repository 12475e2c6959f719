import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancelSupervised } from './cancel-supervised';
import { LocalHost } from './local-host';

const context = { signal: new AbortController().signal, note: () => undefined };

describe('a cancel that the supervisor could not prove', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aml-cancel-'));
    await mkdir(join(folder, 'control'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('stays unproved while what it named is there, and is proved when that is gone', async () => {
    const child = spawn('sleep', ['985']);
    const exit = {
      reason: 'canceled',
      verifiedGone: false,
      survivors: [{ pid: child.pid, command: 'sleep 985' }],
    };
    await writeFile(join(folder, 'control/exit.json'), JSON.stringify(exit));
    const handle = { kind: 'local-python' as const, runId: 'x', host: 'local', runFolder: folder };
    expect(await cancelSupervised(new LocalHost(), handle, context)).toMatchObject({
      phase: 'killed',
      survivors: [`process ${child.pid} (sleep 985)`],
    });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await cancelSupervised(new LocalHost(), handle, context)).toMatchObject({
      phase: 'verified-gone',
      survivors: [],
    });
  });
});
