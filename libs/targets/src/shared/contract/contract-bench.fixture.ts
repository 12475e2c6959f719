import { BenchRun, type BenchOptions } from '@aml/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { TargetDriver } from '../../target-driver';

/** A kind of target with the real thing behind it. */
export interface ContractSubject {
  /** Another driver each time, as after a restart of whoever follows. */
  createDriver(workRoot: string): TargetDriver;
  options(): Promise<BenchOptions>;
}

/** Runs on the subject of a contract suite; whatever they leave is removed at the end. */
export class ContractBench {
  workRoot = '';
  options: BenchOptions = { specification: {}, image: null };
  private readonly runs: BenchRun[] = [];

  constructor(private readonly subject: ContractSubject) {
    beforeAll(async () => {
      this.workRoot = await mkdtemp(join(tmpdir(), 'aml-contract-'));
      this.options = await subject.options();
    });
    afterAll(() => this.removeAll());
  }

  createDriver(workRoot: string): TargetDriver {
    return this.subject.createDriver(workRoot);
  }

  async run(
    files: Parameters<typeof BenchRun.prepare>[2],
    given: Parameters<typeof BenchRun.prepare>[3] = {},
  ): Promise<BenchRun> {
    const run = await BenchRun.prepare(this.createDriver(this.workRoot), this.options, files, given);
    this.runs.push(run);
    return run;
  }

  /** Whoever had the run is gone; another goes on with it. */
  takeOver(run: BenchRun): void {
    run.driver = this.createDriver(this.workRoot);
  }

  private async removeAll(): Promise<void> {
    for (const run of this.runs) {
      const seen = await run.observe().catch(() => undefined);
      if (seen && !seen.exit) await run.driver.cancel(run.handle, run.context).catch(() => undefined);
      await run.driver.clean(run.handle, run.context).catch(() => undefined);
    }
    await rm(this.workRoot, { recursive: true, force: true });
  }
}
