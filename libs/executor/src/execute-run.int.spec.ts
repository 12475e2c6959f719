import { httpRunReporter, HttpExecutorServer, httpWorkSource } from '@aml/testing';
import { describe } from 'vitest';
import { describeExecuteRun } from './execute-run.suite';

describe('executeRun, with HTTP between it and its ports', () => {
  describeExecuteRun({
    connect: async (source, record) => {
      const server = new HttpExecutorServer(source, record);
      const url = await server.start();
      return {
        source: httpWorkSource(url),
        reporter: httpRunReporter(url),
        close: () => server.stop(),
      };
    },
  });
});
