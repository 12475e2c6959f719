import { AppError } from '@aml/errors';
import type { RunState } from '@aml/run-model';
import {
  aRunSpecification,
  FakeTargetDriver,
  ManualClock,
  MemoryRunRecord,
  MemoryWorkSource,
} from '@aml/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { executeRun, type ExecutionEnd } from './execute-run';
import type { ExecutorSettings } from './executor-settings';
import type { RunReporter, RunWork, WorkSource } from './executor-ports';

/** How the executor reaches its two ports. */
export interface Connection {
  connect(
    source: WorkSource,
    record: RunReporter,
  ): Promise<{ source: WorkSource; reporter: RunReporter; close: () => Promise<void> }>;
}

/** What an executor does with a run, whatever stands between it and its ports. */
export function describeExecuteRun(connection: Connection): void {
  let clock: ManualClock;
  let driver: FakeTargetDriver;
  let source: MemoryWorkSource;
  let record: MemoryRunRecord;
  let ports: Awaited<ReturnType<Connection['connect']>>;
  let stop: AbortController;

  beforeEach(async () => {
    clock = new ManualClock();
    driver = new FakeTargetDriver(clock);
    source = new MemoryWorkSource();
    record = new MemoryRunRecord();
    ports = await connection.connect(source, record);
    stop = new AbortController();
  });

  afterEach(async () => {
    stop.abort();
    await ports.close();
  });

  const aWork = (given: Partial<RunWork> = {}): RunWork => ({
    specification: aRunSpecification(),
    state: 'Queued',
    fence: 1,
    handle: null,
    image: null,
    cancelRequested: false,
    ...given,
  });

  function begin(
    work: RunWork,
    settings: Partial<ExecutorSettings> = {},
  ): { end: ExecutionEnd | undefined; error: unknown } {
    const running: { end: ExecutionEnd | undefined; error: unknown } = { end: undefined, error: undefined };
    const { source: from, reporter } = ports;
    executeRun(work, { source: from, reporter, driver, clock, settings, signal: stop.signal }).then(
      (end) => (running.end = end),
      (error: unknown) => (running.error = error),
    );
    return running;
  }

  const ended = (running: { end: ExecutionEnd | undefined; error: unknown }): Promise<void> =>
    clock.until('the execution ends', () => running.end !== undefined || running.error !== undefined);
  const started = (): Promise<void> => clock.until('the script starts', () => driver.starts > 0);
  const inState = (state: RunState): Promise<void> =>
    clock.until(`the run is ${state}`, () => record.state === state);
  const states = (): RunState[] => record.states.map(({ to }) => to);

  describe('a run that goes well', () => {
    it('is staged, launched, followed, and completed with everything it wrote', async () => {
      driver.outputs = { 'outputs/model.pkl': 'weights' };
      const running = begin(aWork());
      await started();
      driver.write('stdout', 'epoch 1\n');
      driver.write('stderr', Buffer.from([0xff, 0x00, 0x0d]));
      driver.write('metrics', '{"name":"a","value":1}\n{"name":"a","value":2}\n');
      await clock.until('the line arrives', () => record.logs.stdout.toString() === 'epoch 1\n');
      driver.write('stdout', 'no newline');
      driver.end();
      await ended(running);
      expect(running).toEqual({ end: 'finished', error: undefined });
      expect(driver.stages).toEqual(['the snapshot']);
      expect(states()).toEqual(['Starting', 'Running', 'Finalizing']);
      expect(record.outcome).toMatchObject({ status: 'Completed', error: null, exit: { exitCode: 0 } });
      expect(record.logs.stdout.toString()).toBe('epoch 1\nno newline');
      expect(record.logs.stderr).toEqual(Buffer.from([0xff, 0x00, 0x0d]));
      expect(record.metrics).toEqual(['{"name":"a","value":1}', '{"name":"a","value":2}']);
      expect([...record.artifacts]).toEqual([['outputs/model.pkl', 'weights']]);
      expect(driver.retired).toBe(1);
    });

    it('has its handle stored before the launch is attempted, and completed after it', async () => {
      const running = begin(aWork());
      await started();
      driver.end();
      await ended(running);
      expect(source.handles.map(({ launched }) => launched?.supervisorPid)).toEqual([undefined, 4711]);
    });

    it('keeps no metrics and no outputs when it is not tracked', async () => {
      driver.outputs = { 'outputs/model.pkl': 'weights' };
      const running = begin(aWork({ specification: aRunSpecification({ tracked: false }) }));
      await started();
      driver.write('metrics', '{"name":"a"}\n');
      driver.write('stdout', 'x');
      driver.end();
      await ended(running);
      expect([record.metrics, [...record.artifacts]]).toEqual([[], []]);
      expect(record.logs.stdout.toString()).toBe('x');
    });

    it('sends a big log in chunks, however it is read', async () => {
      const big = Buffer.alloc(1_000_000, 'abcdefghij');
      driver.portion = 300_000;
      const running = begin(aWork());
      await started();
      driver.write('stdout', big);
      driver.end();
      await ended(running);
      expect(record.logs.stdout.equals(big)).toBe(true);
      expect(record.largestChunk).toBeLessThanOrEqual(256 * 1024);
    });

    it('keeps the end of the last metric only when it is whole', async () => {
      const running = begin(aWork());
      await started();
      driver.write('metrics', '{"name":"a"}\n{"name":"b"');
      await clock.until('the whole line arrives', () => record.metrics.length === 1);
      driver.write('metrics', '}');
      driver.end();
      await ended(running);
      expect(record.metrics).toEqual(['{"name":"a"}', '{"name":"b"}']);
    });
  });

  describe('a run that fails', () => {
    it.each([
      ['a script that failed', { exitCode: 3 }, 'script-failed', 'exit code 3', 'user'],
      ['a crash', { exitCode: null, signal: 'SIGSEGV' }, 'script-failed', 'SIGSEGV', 'user'],
      ['the time limit', { reason: 'timeLimit', exitCode: null }, 'time-limit', 'time limit', 'user'],
      ['a shutdown', { reason: 'terminated', exitCode: null }, 'run-terminated', 'outside', 'target'],
      [
        'a program that is not there',
        { reason: 'startFailed', exitCode: null, message: 'no python' },
        'start-failed',
        'no python',
        'target',
      ],
      [
        'want of memory',
        { reason: 'outOfMemory', exitCode: null, message: 'limit 1 GiB' },
        'out-of-memory',
        'limit 1 GiB',
        'target',
      ],
      ['a lost process', { reason: 'lost', exitCode: null, message: 'gone' }, 'run-lost', 'gone', 'target'],
    ] as const)('says so: %s', async (_name, exit, code, text, blame) => {
      const running = begin(aWork());
      await started();
      driver.end(exit);
      await ended(running);
      expect(record.outcome).toMatchObject({ status: 'Failed', error: { code, blame } });
      expect(record.outcome?.why.reason).toContain(text);
    });

    it('is blamed on the disk when the script says that it is full', async () => {
      const running = begin(aWork());
      await started();
      driver.write('stderr', 'OSError: [Errno 28] No space left on device\n');
      driver.end({ exitCode: 1 });
      await ended(running);
      expect(record.outcome?.error).toMatchObject({ code: 'disk-full', blame: 'target' });
    });

    it('still has its outputs collected, and says what was refused', async () => {
      driver.outputs = {
        'outputs/a': '1',
        'outputs/b': new AppError({ code: 'host-failed', message: 'permission denied', blame: 'target' }),
      };
      driver.refused = ['outputs/link: leads outside'];
      const running = begin(aWork());
      await started();
      driver.end({ exitCode: 1, leftovers: [{ pid: 5, command: 'worker' }] });
      await ended(running);
      expect([...record.artifacts.keys()]).toEqual(['outputs/a']);
      const warnings = record.outcome?.warnings.join('\n');
      expect(warnings).toContain('outputs/link: leads outside');
      expect(warnings).toContain('outputs/b: permission denied');
      expect(warnings).toContain('5 (worker)');
    });

    it('fails where nothing could be staged, and nothing is started', async () => {
      driver.stageError = new AppError({ code: 'disk-full', message: 'the disk is full', blame: 'target' });
      const running = begin(aWork());
      await ended(running);
      expect(driver.starts).toBe(0);
      expect(record.outcome).toMatchObject({ status: 'Failed', error: { code: 'disk-full' } });
      expect(record.outcome?.why.evidence).toBe('never-started');
    });

    it('fails before anything is started when a secret is not known', async () => {
      const specification = aRunSpecification({ environmentVariables: { KEY: 'AzureMlSecret=1' } });
      const running = begin(aWork({ specification }));
      await ended(running);
      expect(driver.stages).toEqual([]);
      expect(record.outcome?.error).toMatchObject({ code: 'secret-unknown', blame: 'user' });
    });
  });

  describe('trouble on the way', () => {
    it('asks again for a snapshot that broke off', async () => {
      source.interruptions = 2;
      const running = begin(aWork());
      await started();
      driver.end();
      await ended(running);
      expect(driver.stages).toEqual(['the snapshot']);
      expect(record.outcome?.status).toBe('Completed');
    });

    it('starts nothing twice when the answer to a launch is lost', async () => {
      driver.loseLaunchAnswer = true;
      const running = begin(aWork());
      await started();
      driver.end();
      await ended(running);
      expect(driver.starts).toBe(1);
      expect(record.outcome?.status).toBe('Completed');
    });

    it('shows a target out of reach as NotResponding with when it was seen, and goes on when it is back', async () => {
      const running = begin(aWork());
      await inState('Running');
      driver.unreachable = true;
      await inState('NotResponding');
      const { why } = record.states.at(-1) ?? {};
      expect(why?.reason).toContain('no route to host');
      expect(why?.lastSeen).toMatch(/^2024-01-01T00:00:/);
      driver.write('stdout', 'written meanwhile');
      driver.unreachable = false;
      await inState('Running');
      driver.end();
      await ended(running);
      expect(record.logs.stdout.toString()).toBe('written meanwhile');
      expect(record.outcome?.status).toBe('Completed');
    });

    it('gives a target up after the patience setting, and names what is unknown', async () => {
      const running = begin(aWork(), { patienceMs: 60_000 });
      await inState('Running');
      driver.write('stdout', 'seen');
      await clock.until('the output arrives', () => record.logs.stdout.length === 4);
      driver.unreachable = true;
      await ended(running);
      expect(record.outcome).toMatchObject({ status: 'Failed', error: { code: 'target-not-responding' } });
      expect(record.outcome?.warnings.join()).toContain('after byte 4 of stdout');
    });

    it('stays Finalizing while the record is away, then completes it without a gap', async () => {
      const running = begin(aWork());
      await inState('Running');
      driver.write('stdout', 'one\n');
      await clock.until('the output arrives', () => record.logs.stdout.length === 4);
      record.away = true;
      driver.write('stdout', 'two\n');
      driver.end();
      await clock.advance(120_000);
      expect(running.end).toBeUndefined();
      record.away = false;
      await ended(running);
      expect(record.logs.stdout.toString()).toBe('one\ntwo\n');
      expect(record.outcome?.status).toBe('Completed');
    });

    it('repeats a report whose answer was lost, without doubling anything', async () => {
      const running = begin(aWork());
      await inState('Running');
      record.loseAnswer = true;
      driver.write('stdout', 'once\n');
      await clock.until('the output arrives', () => record.logs.stdout.length > 0);
      record.loseAnswer = true;
      driver.write('metrics', '{"name":"a"}\n');
      driver.end();
      await ended(running);
      expect(record.logs.stdout.toString()).toBe('once\n');
      expect(record.metrics).toEqual(['{"name":"a"}']);
    });

    it('leaves out an artifact that the record refuses for good', async () => {
      driver.outputs = { 'outputs/huge': 'x' };
      record.refuseArtifacts = new AppError({
        code: 'artifact-too-large',
        message: 'too large',
        blame: 'user',
      });
      const running = begin(aWork());
      await started();
      driver.end();
      await ended(running);
      expect(record.outcome).toMatchObject({ status: 'Completed' });
      expect(record.outcome?.warnings).toEqual(['not collected: outputs/huge: too large']);
    });
  });

  describe('a cancel', () => {
    it('ends a running run, and is said only with proof', async () => {
      const running = begin(aWork());
      await inState('Running');
      stopWatching();
      await ended(running);
      expect(states()).toContain('CancelRequested');
      expect(record.outcome).toMatchObject({ status: 'Canceled', exit: { reason: 'canceled' } });
    });

    it('stays CancelRequested with what is left, and tries again until it is gone', async () => {
      let attempts = 0;
      driver.onCancel = () => {
        attempts += 1;
        const gone = attempts >= 3;
        if (attempts === 1) {
          driver.end({ reason: 'canceled', exitCode: null, verifiedGone: false, survivors: ['process 77'] });
        }
        return {
          phase: gone ? 'verified-gone' : 'killed',
          evidence: 'looked',
          survivors: gone ? [] : ['process 77'],
        };
      };
      const running = begin(aWork());
      await inState('Running');
      stopWatching();
      await ended(running);
      expect(attempts).toBe(3);
      const reasons = record.states.filter(({ to }) => to === 'CancelRequested').map(({ why }) => why.reason);
      expect(reasons.at(-1)).toContain('process 77');
      expect(record.outcome?.status).toBe('Canceled');
    });

    it('before anything was started leaves the target alone', async () => {
      const running = begin(aWork({ cancelRequested: true }));
      await ended(running);
      expect([driver.stages, driver.cancels]).toEqual([[], 0]);
      expect(record.outcome).toMatchObject({ status: 'Canceled', why: { evidence: 'never-started' } });
    });

    it('during staging does not wait for the end of it, and nothing is started', async () => {
      driver.holdStage = new Promise(() => undefined);
      const running = begin(aWork());
      await inState('Starting');
      stopWatching();
      await ended(running);
      expect(driver.starts).toBe(0);
      expect(record.outcome?.status).toBe('Canceled');
    });

    it('that comes too late does not change how the script ended', async () => {
      driver.onCancel = () => {
        driver.end({ exitCode: 0 });
        return { phase: 'verified-gone', evidence: 'exit.json says exited with 0', survivors: [] };
      };
      const running = begin(aWork());
      await inState('Running');
      stopWatching();
      await ended(running);
      expect(record.outcome?.status).toBe('Completed');
    });

    it('goes on for a run that was taken over while it was being canceled', async () => {
      const first = begin(aWork());
      await inState('Running');
      stop.abort();
      await ended(first);
      stop = new AbortController();
      record.state = 'CancelRequested';
      const handle = source.handles.at(-1) ?? null;
      const second = begin(aWork({ state: 'CancelRequested', handle, fence: 2, cancelRequested: true }));
      await ended(second);
      expect(record.outcome?.status).toBe('Canceled');
      expect(driver.starts).toBe(1);
    });

    function stopWatching(): void {
      // The source is asked for any run of this test: they all are the one that runs.
      source.renew = async () => ({ cancelRequested: true });
    }
  });

  describe('taking over', () => {
    it('goes on from where the record is, and starts nothing', async () => {
      const first = begin(aWork());
      await inState('Running');
      driver.write('stdout', 'before\n');
      driver.write('metrics', '{"n":1}\n');
      await clock.until(
        'the output arrives',
        () => record.logs.stdout.length > 0 && record.metrics.length > 0,
      );
      stop.abort();
      await ended(first);
      expect(first.end).toBe('stopped');
      expect(record.outcome).toBeUndefined();
      driver.write('stdout', 'between\n');
      driver.write('metrics', '{"n":2}\n');
      stop = new AbortController();
      const handle = source.handles.at(-1) ?? null;
      const second = begin(aWork({ state: 'Running', handle, fence: 2 }));
      await clock.until('the rest arrives', () => record.logs.stdout.toString().includes('between'));
      driver.end();
      await ended(second);
      expect(driver.starts).toBe(1);
      expect(record.logs.stdout.toString()).toBe('before\nbetween\n');
      expect(record.metrics).toEqual(['{"n":1}', '{"n":2}']);
      expect(record.outcome?.status).toBe('Completed');
    });

    it('launches a run whose first executor died before it could', async () => {
      const work = aWork({ state: 'Starting' });
      const handle = driver.handleFor(work.specification);
      record.state = 'Starting';
      const running = begin({ ...work, handle });
      await started();
      driver.end();
      await ended(running);
      expect(driver.starts).toBe(1);
      expect(record.outcome?.status).toBe('Completed');
    });

    it('stores no artifact twice', async () => {
      driver.outputs = { 'outputs/a': '1', 'outputs/b': '2' };
      record.artifacts.set('outputs/a', 'stored before');
      const running = begin(aWork());
      await started();
      driver.end();
      await ended(running);
      expect([...record.artifacts.values()]).toEqual(['stored before', '2']);
    });

    it('stops quietly when another executor has the run', async () => {
      const running = begin(aWork());
      await inState('Running');
      record.fence = 2;
      source.fence = 2;
      driver.write('stdout', 'not for us');
      await ended(running);
      expect(running.end).toBe('lease-lost');
      expect(record.logs.stdout.length).toBe(0);
      expect(record.outcome).toBeUndefined();
    });

    it('notices by its renewals that another executor has a silent run', async () => {
      const running = begin(aWork());
      await inState('Running');
      source.fence = 2;
      await ended(running);
      expect(running.end).toBe('lease-lost');
    });
  });

  describe('secret values', () => {
    const work = (): RunWork =>
      aWork({ specification: aRunSpecification({ environmentVariables: { KEY: 'AzureMlSecret=1' } }) });
    beforeEach(() => (source.secrets['AzureMlSecret=1'] = 's3cr3t-value'));

    it('are masked across every border, and counted', async () => {
      driver.portion = 5;
      const running = begin(work());
      await started();
      driver.write('stdout', 'key s3cr3t-value and czNjcjN0LXZhbHVl.\n');
      driver.write('metrics', '{"name":"k","value":"s3cr3t-value"}\n');
      driver.end();
      await ended(running);
      expect(record.logs.stdout.toString()).toBe('key ************ and ****************.\n');
      expect(record.masked.stdout).toBe(2);
      expect(record.metrics).toEqual(['{"name":"k","value":"************"}']);
    });

    it('are masked where one was cut in two by a change of executors', async () => {
      const first = begin(work(), { chunkBytes: 6 });
      await started();
      driver.write('stdout', 'ab s3cr3t-value cd');
      await clock.until('a part arrives', () => record.logs.stdout.length >= 6);
      stop.abort();
      await ended(first);
      record.logs.stdout = record.logs.stdout.subarray(0, 6); // as if the rest had not been safe
      stop = new AbortController();
      const second = begin({ ...work(), state: 'Running', handle: source.handles.at(-1) ?? null, fence: 2 });
      driver.end();
      await ended(second);
      expect(record.logs.stdout.toString()).toBe('ab ************ cd');
    });
  });
}
