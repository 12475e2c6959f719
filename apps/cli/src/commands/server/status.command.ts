import type { CommandDefinition } from '../../command';

export const serverStatusCommand: CommandDefinition = {
  path: ['server', 'status'],
  summary: 'Show whether the services run, without starting them',
  examples: [
    ['server status', 'address, version, database, active runs'],
    ['server status -o json', 'the same for programs; `running` is false where nothing runs'],
  ],
  run: async (_input, context) => {
    const { findServer } = await import('../../server/connect-server');
    const { printServerStatus } = await import('../../server/print-server-status');
    const found = await findServer(context.settings.home);
    await printServerStatus(context, found.kind === 'running' ? found.status : null);
  },
};
