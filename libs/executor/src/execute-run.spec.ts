import { describe } from 'vitest';
import { describeExecuteRun } from './execute-run.suite';

describe('executeRun, in one process with its ports', () => {
  describeExecuteRun({
    connect: async (source, reporter) => ({ source, reporter, close: async () => undefined }),
  });
});
