import { AppError } from '@aml/errors';
import type { CommandDefinition } from '../../command';

export const historyCompareCommand: CommandDefinition = {
  path: ['history', 'compare'],
  summary: 'Show what differs between two runs: arguments, configuration, packages, metrics, outputs, files',
  examples: [
    ['history compare -r RUN_A -r RUN_B', 'the differences, with hunks for text files'],
    ['history compare -r RUN_A -r RUN_B -o json', 'the same for programs'],
  ],
  operands: [{ name: '[runs...]', text: 'the runs, where they are not given with -r' }],
  options: [{ flags: '-r, --run <run_id>', text: 'a run; twice', many: true }],
  run: async (input, context) => {
    const { parseRunId } = await import('@aml/run-model');
    const [a, b, ...more] = [...input.list('run'), ...input.operands];
    if (a === undefined || b === undefined || more.length > 0) {
      throw new AppError({
        code: 'two-runs-needed',
        message: 'compare takes two runs',
        hint: 'aml history compare -r RUN_A -r RUN_B; `aml history list` shows the ids.',
        blame: 'user',
      });
    }
    const runs = [parseRunId(a), parseRunId(b)] as const;
    const server = await context.connect();
    const { compareRuns } = await import('../../history/compare-runs');
    const { printComparison } = await import('../../history/print-comparison');
    await printComparison(context, await compareRuns(server, ...runs));
  },
};
