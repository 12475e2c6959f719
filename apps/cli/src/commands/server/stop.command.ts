import type { CommandDefinition } from '../../command';

export const serverStopCommand: CommandDefinition = {
  path: ['server', 'stop'],
  summary: 'Stop the services; runs that are active go on and are adopted at the next start',
  examples: [
    ['server stop', 'stop them where no run is active'],
    ['server stop --force', 'stop them also while runs are active: the runs go on'],
  ],
  options: [{ flags: '--force', text: 'also while runs are active' }],
  run: async (input, context) => {
    const { findServer } = await import('../../server/connect-server');
    const { stopServer } = await import('../../server/stop-server');
    const found = await findServer(context.settings.home);
    if (found.kind === 'none') {
      context.terminal.err('the services are not running\n');
      return;
    }
    if (found.kind === 'starting') {
      // They do not answer: a signal is what is left, and they end in order on it.
      process.kill(found.pid, 'SIGTERM');
      context.terminal.err(`the services (pid ${found.pid}) do not answer; they were sent SIGTERM\n`);
      return;
    }
    await stopServer(found, { force: input.flag('force') });
    context.terminal.err('the services have stopped\n');
  },
};
