import type { CommandContext, CommandDefinition } from '../../command';

export const statusCommand: CommandDefinition = {
  path: ['experiment', 'status'],
  summary: 'Show where a run stands, or all runs that are not over yet',
  examples: [
    ['experiment status', 'what is queued and running, in the order of the queue'],
    ['experiment status -r RUN_ID', 'one run: state, reason, place in the queue'],
    ['experiment status -r RUN_ID --query state -o tsv', 'the bare state, for a shell script'],
  ],
  options: [{ flags: '-r, --run <run_id>', text: 'the run' }],
  run: async (input, context) => {
    const run = input.text('run');
    if (run === undefined) return listActive(context);
    const { parseRunId } = await import('@aml/run-model');
    const { readRunStatus } = await import('../../follow/read-run-status');
    const { printRecord } = await import('../../output/print-records');
    const server = await context.connect();
    const status = await readRunStatus(server, parseRunId(run));
    await printRecord(context.terminal, context.output, status, [
      ['run', status.runId],
      ['state', status.state],
      ['reason', status.reason],
      ['target', `${status.targetName} (${status.targetKind})`],
      ['place in queue', status.position === null ? '' : String(status.position)],
      ['cancel asked', status.cancelRequestedUtc ?? ''],
    ]);
  },
};

async function listActive(context: CommandContext): Promise<void> {
  const { unwrap } = await import('@aml/api-client');
  const { printRecords } = await import('../../output/print-records');
  const server = await context.connect();
  const { items } = await unwrap(server.dispatcher.GET('/runs'));
  await printRecords(context.terminal, context.output, {
    data: items,
    rows: items,
    columns: [
      { title: 'Run', text: (run) => run.runId },
      { title: 'State', text: (run) => run.state },
      { title: 'Target', text: (run) => run.targetName, shrinkTo: 6 },
      { title: 'Queue', text: (run) => String(run.position ?? ''), align: 'right', optional: true },
      { title: 'Reason', text: (run) => run.reason, shrinkTo: 12 },
    ],
    remark: items.length === 0 ? 'no run is active; `aml history list` shows those that are over' : undefined,
  });
}
