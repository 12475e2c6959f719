import type { RunState } from '@aml/run-model';
import {
  aRunSpecification,
  FakeTargetDriver,
  ManualClock,
  MemoryRunRecord,
  MemoryWorkSource,
} from '@aml/testing';
import { afterEach, beforeEach } from 'vitest';
import { executeRun, type ExecutionEnd } from '../execute-run';
import type { ExecutorSettings } from '../executor-settings';
import type { RunReporter, RunWork, WorkSource } from '../executor-ports';

/** How the executor reaches its two ports. */
export interface Connection {
  connect(
    source: WorkSource,
    record: RunReporter,
  ): Promise<{ source: WorkSource; reporter: RunReporter; close: () => Promise<void> }>;
}

interface Running {
  end: ExecutionEnd | undefined;
  error: unknown;
}

/** One run at a time on a target, a source and a record that are played; new ones for each test. */
export class ExecutorBench {
  clock = new ManualClock();
  driver = new FakeTargetDriver(this.clock);
  source = new MemoryWorkSource();
  record = new MemoryRunRecord();
  private stopping = new AbortController();
  private ports: Awaited<ReturnType<Connection['connect']>> | undefined;

  constructor(connection: Connection) {
    beforeEach(async () => {
      this.clock = new ManualClock();
      this.driver = new FakeTargetDriver(this.clock);
      this.source = new MemoryWorkSource();
      this.record = new MemoryRunRecord();
      this.ports = await connection.connect(this.source, this.record);
    });
    afterEach(async () => {
      this.stop();
      await this.ports?.close();
    });
  }

  aWork(given: Partial<RunWork> = {}): RunWork {
    return {
      specification: aRunSpecification(),
      state: 'Queued',
      fence: 1,
      handle: null,
      image: null,
      cancelRequested: false,
      ...given,
    };
  }

  begin(work: RunWork, settings: Partial<ExecutorSettings> = {}): Running {
    const running: Running = { end: undefined, error: undefined };
    const { driver, clock, ports } = this;
    if (!ports) throw new Error('no test is running');
    const { signal } = this.stopping;
    executeRun(work, { ...ports, driver, clock, settings, signal }).then(
      (end) => (running.end = end),
      (error: unknown) => (running.error = error),
    );
    return running;
  }

  /** Whoever executes is told to leave its runs as they are. */
  stop(): void {
    this.stopping.abort();
    this.stopping = new AbortController();
  }

  ended(running: Running): Promise<void> {
    const isOver = (): boolean => running.end !== undefined || running.error !== undefined;
    return this.clock.until('the execution ends', isOver);
  }

  started(): Promise<void> {
    return this.clock.until('the script starts', () => this.driver.starts > 0);
  }

  inState(state: RunState): Promise<void> {
    return this.clock.until(`the run is ${state}`, () => this.record.state === state);
  }

  states(): RunState[] {
    return this.record.states.map(({ to }) => to);
  }
}
