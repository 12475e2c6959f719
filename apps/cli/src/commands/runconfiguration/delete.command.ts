import type { CommandDefinition } from '../../command';

export const runConfigurationDeleteCommand: CommandDefinition = {
  path: ['runconfiguration', 'delete'],
  summary: 'Delete a run configuration',
  examples: [['runconfiguration delete sweep', 'removes aml_config/sweep.runconfig']],
  operands: [{ name: '[name]', text: 'name of the run configuration' }],
  options: [{ flags: '-n, --name <name>', text: 'name of the run configuration' }],
  run: async (input, context) => {
    const { existsSync, rmSync } = await import('node:fs');
    const { join } = await import('node:path');
    const { normalizeRunConfigurationName } = await import('@aml/aml-config');
    const { requireProjectRoot } = await import('../../project/find-project-root');
    const { readRunConfiguration } = await import('../../project/read-run-configuration');
    const { printRecord } = await import('../../output/print-records');
    const root = requireProjectRoot(context.settings.cwd);
    const name = normalizeRunConfigurationName(input.operands[0] ?? input.needed('name', '-n, --name'));
    const file = `aml_config/${name}.runconfig`;
    // A file that cannot be read can still be deleted; one that is missing is told as every unknown name.
    if (!existsSync(join(root, file))) readRunConfiguration(root, name);
    rmSync(join(root, file));
    await printRecord(context.terminal, context.output, { removed: [file] }, [['removed', file]]);
  },
};
