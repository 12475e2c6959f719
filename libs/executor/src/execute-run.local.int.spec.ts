import { FakeDockerEngine } from '@aml/docker-client';
import { createTargetDrivers, type TargetDriver } from '@aml/targets';
import { aRunSpecification, MemoryRunRecord, MemoryWorkSource, ProjectArchive } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { executeRun, type ExecutionEnd } from './execute-run';
import type { RunWork } from './executor-ports';

const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)']).toString().trim();
const runtime = {
  sdkFolder: join(import.meta.dirname, '../../../python/sdk'),
  supervisorFolder: join(import.meta.dirname, '../../../python/supervisor'),
};

describe('executing real runs on this machine', () => {
  let workRoot: string;
  let driver: TargetDriver;
  let source: MemoryWorkSource;
  let record: MemoryRunRecord;

  beforeEach(async () => {
    workRoot = await mkdtemp(join(tmpdir(), 'aml-executor-'));
    const found = createTargetDrivers({ workRoot, runtime, engine: new FakeDockerEngine() }).get(
      'local-python',
    );
    if (!found) throw new Error('there is no driver');
    driver = found;
    source = new MemoryWorkSource();
    record = new MemoryRunRecord();
  });
  afterEach(() => rm(workRoot, { recursive: true, force: true }));

  async function aWork(script: string, given: Partial<RunWork> = {}): Promise<RunWork> {
    const archive = await ProjectArchive.of({ 'train.py': script });
    source.openSnapshot = () => archive.openArchive();
    const specification = aRunSpecification({
      client: {
        interpreter: { path: python, source: 'PATH' },
        environment: { PATH: '/usr/bin:/bin', HOME: workRoot },
      },
    });
    return {
      specification,
      state: 'Queued',
      fence: 1,
      handle: null,
      image: null,
      cancelRequested: false,
      ...given,
    };
  }

  const execute = (work: RunWork, signal?: AbortSignal): Promise<ExecutionEnd> =>
    executeRun(work, { source, reporter: record, driver, ...(signal ? { signal } : {}) });

  it('loses no byte and no metric of a run that is followed by one executor after another', async () => {
    const work = await aWork(`
import os, sys, time
from azureml.logging import get_azureml_logger
logger = get_azureml_logger()
for each in range(60):
    print('line', each, flush=True)
    sys.stderr.write('err %d\\n' % each)
    logger.log('step', each)
    time.sleep(0.02)
os.makedirs('outputs', exist_ok=True)
open('outputs/model', 'w').write('m')
`);
    let end: ExecutionEnd = 'stopped';
    for (let fence = 1; end === 'stopped'; fence += 1) {
      const stop = new AbortController();
      const handle = source.handles.at(-1) ?? null;
      const running = execute({ ...work, fence, handle, state: record.state }, stop.signal);
      void delay(150).then(() => stop.abort());
      end = await running;
    }
    expect(end).toBe('finished');
    expect(record.outcome).toMatchObject({ status: 'Completed', warnings: [] });
    const lines = Array.from({ length: 60 }, (_, each) => `line ${each}\n`).join('');
    expect(record.logs.stdout.toString()).toBe(lines);
    expect(record.logs.stderr.toString()).toBe(lines.replaceAll('line', 'err'));
    expect(record.metrics.map((line) => (JSON.parse(line) as { value: number }).value)).toEqual(
      Array.from({ length: 60 }, (_, each) => each),
    );
    expect([...record.artifacts]).toEqual([['outputs/model', 'm']]);
    const spool = await readFile(
      join(workRoot, 'runs', work.specification.runId, 'spool/stdout.log'),
      'utf8',
    );
    expect(spool).toBe(lines);
  });

  it('cancels a run with proof while its output still flows', async () => {
    const work = await aWork(`
import signal, sys, time
def last_words(*_):
    print('last words', flush=True); sys.exit(1)
signal.signal(signal.SIGTERM, last_words)
print('on', flush=True)
time.sleep(600)
`);
    const wake: (() => void)[] = [];
    source.watchCancel = (_runId, call) => {
      wake.push(call);
      return () => undefined;
    };
    const running = execute(work);
    while (record.logs.stdout.length === 0) await delay(10);
    wake.forEach((call) => call());
    await running;
    expect(record.logs.stdout.toString()).toBe('on\nlast words\n');
    expect(record.outcome).toMatchObject({
      status: 'Canceled',
      exit: { reason: 'canceled', verifiedGone: true },
    });
  });

  it('takes 100 MB of output as they are', async () => {
    const digest = { bytes: 0 };
    record.appendLog = async (_runId, _fence, stream, offset, bytes) => {
      if (stream === 'stdout') {
        expect(offset).toBe(digest.bytes);
        digest.bytes += bytes.length;
      }
      return offset + bytes.length;
    };
    record.sealLog = async (_runId, _fence, stream) => void record.sealed.set(stream, 0);
    await execute(await aWork('for _ in range(100): print("x" * 999999)'));
    expect(digest.bytes).toBe(100_000_000);
    expect(record.outcome?.status).toBe('Completed');
  });
});
