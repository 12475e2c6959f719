import type { CommandDefinition } from '../../command';

export const cleanCommand: CommandDefinition = {
  path: ['experiment', 'clean'],
  summary: 'Remove what prepare and the runs of this project left on a target; records stay',
  examples: [
    ['experiment clean -c docker', 'run folders, containers, and the images that only this project uses'],
    ['experiment clean -c local --dry-run', 'what would be removed'],
    ['experiment clean -r RUN_ID', 'what one run left'],
  ],
  options: [
    { flags: '-c, --run-configuration <name>', text: 'run configuration whose target is cleaned' },
    { flags: '-t, --target <name>', text: 'target to clean' },
    { flags: '-r, --run <run_id>', text: 'only what this run left' },
    { flags: '--dry-run', text: 'only say what would be removed' },
  ],
  run: async (input, context) => {
    const { cleanTarget } = await import('../../target/clean-target');
    await cleanTarget(context, {
      configuration: input.text('runConfiguration'),
      target: input.text('target'),
      runId: input.text('run'),
      dryRun: input.flag('dryRun'),
    });
  },
};
