import type { AppError } from '@aml/errors';
import {
  aRunSpecification,
  FakeTargetDriver,
  ManualClock,
  MemoryRunRecord,
  MemoryWorkSource,
} from '@aml/testing';
import { describe, expect, it } from 'vitest';
import { ExecutionWorker, type ExecutionWorkerDependencies } from './execution-worker';
import type { RunReporter, RunWork } from './executor-ports';

const aWork = (given: Partial<RunWork> = {}): RunWork => ({
  specification: aRunSpecification(),
  state: 'Queued',
  fence: 1,
  handle: null,
  image: null,
  cancelRequested: false,
  ...given,
});

function aWorker(given: Partial<ExecutionWorkerDependencies> = {}) {
  const clock = new ManualClock();
  const source = new MemoryWorkSource();
  const driver = new FakeTargetDriver(clock);
  const record = new MemoryRunRecord();
  const errors: [AppError, string | undefined][] = [];
  const ends: string[] = [];
  const worker = new ExecutionWorker({
    source,
    reporter: record,
    drivers: new Map([['local-python', driver]]),
    owner: 'test',
    clock,
    onError: (error, runId) => errors.push([error, runId]),
    onEnd: (_runId, end) => ends.push(end),
    ...given,
  });
  return { clock, source, driver, record, errors, ends, worker };
}

describe('an execution worker', () => {
  it('executes what it leases', async () => {
    const { clock, source, driver, record, ends, worker } = aWorker();
    source.add(aWork());
    worker.start();
    await clock.until('the script starts', () => driver.starts === 1);
    driver.end();
    await clock.until('the run ends', () => ends.length === 1);
    expect(record.outcome?.status).toBe('Completed');
    await worker.stop();
  });

  it('runs no more at once than it may', async () => {
    const { clock, source, worker } = aWorker({ concurrency: 2 });
    for (let each = 0; each < 4; each += 1) source.add(aWork());
    worker.start();
    await clock.advance(5_000);
    expect(worker.active).toBe(2);
    await worker.stop();
  });

  it('leaves its runs as they are when it is stopped', async () => {
    const { clock, source, driver, record, ends, worker } = aWorker();
    source.add(aWork());
    worker.start();
    await clock.until('the script starts', () => driver.starts === 1);
    await worker.stop();
    expect(ends).toEqual(['stopped']);
    expect([driver.cancels, record.outcome, worker.active]).toEqual([0, undefined, 0]);
  });

  it('goes on with the others when an error of ours ends the work on one run', async () => {
    const record = new MemoryRunRecord();
    const broken: RunReporter = Object.create(record, {
      positions: {
        value: async (runId: string) => {
          if (runId === 'Broken_1700000000000') return null;
          return record.positions();
        },
      },
    }) as RunReporter;
    const { clock, source, driver, errors, ends, worker } = aWorker({ reporter: broken });
    source.add(aWork({ specification: aRunSpecification({ runId: 'Broken_1700000000000' }) }));
    source.add(aWork());
    worker.start();
    await clock.until('the script of the other starts', () => driver.starts === 1);
    expect(errors.map(([, runId]) => runId)).toEqual(['Broken_1700000000000']);
    driver.end();
    await clock.until('the other ends', () => ends.length === 1);
    await worker.stop();
  });

  it('says when no work can be asked for, and asks again', async () => {
    const { clock, source, driver, errors, worker } = aWorker();
    const lease = source.lease.bind(source);
    let failures = 2;
    source.lease = async (...args) => {
      if (failures-- > 0) throw new Error('the database is away');
      return lease(...args);
    };
    source.add(aWork());
    worker.start();
    await clock.until('the script starts', () => driver.starts === 1);
    expect(errors.map(([error]) => error.message)).toEqual(Array(2).fill('the database is away'));
    await worker.stop();
  });
});
