import type { CommandDefinition } from '../../command';

export const historyInfoCommand: CommandDefinition = {
  path: ['history', 'info'],
  aliases: ['show'],
  summary: 'Show the whole record of a run',
  examples: [
    ['history info -r RUN_ID', 'states, metrics, outputs, environment'],
    ['history info -r RUN_ID --query metrics', 'its metrics as JSON'],
  ],
  options: [{ flags: '-r, --run <run_id>', text: 'the run' }],
  run: async (input, context) => {
    const { parseRunId } = await import('@aml/run-model');
    const runId = parseRunId(input.needed('run', '-r, --run'));
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const details = await unwrap(server.runHistory.GET('/runs/{runId}', { params: { path: { runId } } }));
    const { printDetails } = await import('../../history/print-details');
    await printDetails(context, details);
  },
};
