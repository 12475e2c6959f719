import { ExecutorBench, type Connection } from './suite/executor-bench.fixture';
import { describeGoodRuns } from './suite/good-runs.suite';
import { describeFailures } from './suite/failures.suite';
import { describeTrouble } from './suite/trouble.suite';
import { describeCancels } from './suite/cancels.suite';
import { describeTakeover } from './suite/takeover.suite';
import { describeSecrets } from './suite/secrets.suite';

/** What an executor does with a run, whatever stands between it and its ports. */
export function describeExecuteRun(connection: Connection): void {
  const bench = new ExecutorBench(connection);
  describeGoodRuns(bench);
  describeFailures(bench);
  describeTrouble(bench);
  describeCancels(bench);
  describeTakeover(bench);
  describeSecrets(bench);
}
