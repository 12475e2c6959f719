import { join } from 'node:path';
import { describeAfterwards } from './shared/contract/afterwards.contract';
import { describeCancels } from './shared/contract/cancels.contract';
import { describeFullDisk } from './shared/contract/disk.contract';
import { describeEndings } from './shared/contract/endings.contract';
import { describeOutput } from './shared/contract/output.contract';
import { describeOutputs } from './shared/contract/outputs.contract';
import { describeSurroundings } from './shared/contract/surroundings.contract';
import { describeTakeover } from './shared/contract/takeover.contract';
import { ContractBench, type ContractSubject } from './shared/contract/contract-bench.fixture';

/** Limits of every run here: short, so that tests need not wait. */
export const CONTRACT_LIMITS = { graceSeconds: 1, leftoverSeconds: 1 };

/** Where the Python files of ours are in the repository. */
export const RUNTIME = {
  sdkFolder: join(import.meta.dirname, '../../../python/sdk'),
  supervisorFolder: join(import.meta.dirname, '../../../python/supervisor'),
};

/** What every kind of target does with a run. */
export function describeTargetDriver(subject: ContractSubject): void {
  const bench = new ContractBench(subject);
  describeEndings(bench);
  describeOutput(bench);
  describeSurroundings(bench);
  describeOutputs(bench);
  describeCancels(bench);
  describeTakeover(bench);
  describeFullDisk(bench);
  describeAfterwards(bench);
}
