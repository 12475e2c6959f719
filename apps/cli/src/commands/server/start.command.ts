import type { CommandDefinition } from '../../command';

export const serverStartCommand: CommandDefinition = {
  path: ['server', 'start'],
  summary: 'Start the services, where they are not running; other commands do so by themselves',
  examples: [['server start', 'start them and wait until they are ready']],
  run: async (_input, context) => {
    const server = await context.connect();
    const { printServerStatus } = await import('../../server/print-server-status');
    await printServerStatus(context, server.status);
  },
};
