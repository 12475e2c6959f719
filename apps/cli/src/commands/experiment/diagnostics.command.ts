import type { CommandDefinition } from '../../command';

export const diagnosticsCommand: CommandDefinition = {
  path: ['experiment', 'diagnostics'],
  summary: 'Collect a zip for a bug report: record, logs, versions, the snapshot as it ran; secrets removed',
  examples: [
    ['experiment diagnostics -r RUN_ID -t docker', 'makes RUN_ID-diagnostics.zip here'],
    ['experiment diagnostics -r RUN_ID --no-snapshot', 'without the files of the project'],
  ],
  options: [
    { flags: '-r, --run <run_id>', text: 'the run' },
    { flags: '-t, --target <name>', text: 'the target; accepted for old scripts, the record knows it' },
    { flags: '-d, --destination <path>', text: 'file or folder to write (default: here)' },
    { flags: '--no-snapshot', text: 'without the files of the project' },
  ],
  run: async (input, context) => {
    const { parseRunId } = await import('@aml/run-model');
    const runId = parseRunId(input.needed('run', '-r, --run'));
    const server = await context.connect();
    const { collectDiagnostics } = await import('../../diagnostics/collect-diagnostics');
    await collectDiagnostics(context, server, {
      runId,
      target: input.text('target'),
      destination: input.text('destination'),
      snapshot: input.choice('snapshot') !== false,
    });
  },
};
