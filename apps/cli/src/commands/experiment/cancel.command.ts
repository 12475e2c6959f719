import type { CommandDefinition } from '../../command';

export const cancelCommand: CommandDefinition = {
  path: ['experiment', 'cancel'],
  summary: 'End a run; it is called Canceled when no process of it is left',
  examples: [['experiment cancel -r RUN_ID', 'ask for the run to be ended']],
  options: [{ flags: '-r, --run <run_id>', text: 'the run' }],
  run: async (input, context) => {
    const { parseRunId } = await import('@aml/run-model');
    const { printRecord } = await import('../../output/print-records');
    const runId = parseRunId(input.needed('run', '-r, --run'));
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const answer = await unwrap(
      server.dispatcher.POST('/runs/{runId}/cancel', { params: { path: { runId } } }),
    );
    await printRecord(context.terminal, context.output, answer, [
      ['run', answer.runId],
      ['state', answer.state],
      ['', answer.message],
    ]);
  },
};
