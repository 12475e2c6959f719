import { AppError } from '@aml/errors';
import type { CommandDefinition } from '../../command';

const STREAMS = ['stdout', 'stderr', 'build', 'driver', 'control'];

export const logsCommand: CommandDefinition = {
  path: ['experiment', 'logs'],
  summary: 'Show what a run wrote: stdout on stdout, stderr on stderr, byte for byte',
  examples: [
    ['experiment logs -r RUN_ID', 'what is there now'],
    ['experiment logs -r RUN_ID --follow', 'and what comes, until the run is over; exits as the run does'],
    ['experiment logs -r RUN_ID --stream build', 'the log of the build of its environment'],
  ],
  options: [
    { flags: '-r, --run <run_id>', text: 'the run' },
    { flags: '-f, --follow', text: 'show what comes, until the run is over' },
    {
      flags: '--stream <name>',
      text: `only one: ${STREAMS.join(', ')} (driver: both streams under headings)`,
    },
  ],
  run: async (input, context) => {
    const { parseRunId } = await import('@aml/run-model');
    const runId = parseRunId(input.needed('run', '-r, --run'));
    const stream = input.text('stream');
    if (stream !== undefined && !STREAMS.includes(stream)) {
      throw new AppError({
        code: 'log-stream-unknown',
        message: `\`${stream}\` is not a stream of a run`,
        hint: `Streams are ${STREAMS.join(', ')}.`,
        blame: 'user',
      });
    }
    const server = await context.connect();
    if (input.flag('follow')) {
      const { showRun } = await import('../../follow/show-run');
      return showRun(server, context, { runId, states: context.terminal.errIsTerminal, owner: false });
    }
    const { printLogs } = await import('../../follow/print-logs');
    await printLogs(server, context.terminal, runId, stream);
    return 0;
  },
};
