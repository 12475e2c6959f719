import type { CommandDefinition } from '../../command';

export const serverLogsCommand: CommandDefinition = {
  path: ['server', 'logs'],
  summary: 'Show what the services wrote',
  examples: [
    ['server logs', 'the last 100 lines'],
    ['server logs -f', 'and what comes'],
    ['server logs --lines 1000', 'more of them'],
  ],
  options: [
    { flags: '-f, --follow', text: 'show what comes, until Ctrl-C' },
    { flags: '-n, --lines <number>', text: 'how many lines of the end (default: 100)' },
  ],
  run: async (input, context) => {
    const { showServerLogs } = await import('../../server/show-server-logs');
    return showServerLogs(context, {
      lines: input.count('lines', '--lines') ?? 100,
      follow: input.flag('follow'),
    });
  },
};
