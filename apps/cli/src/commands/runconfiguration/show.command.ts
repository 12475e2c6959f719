import type { CommandDefinition } from '../../command';

export const runConfigurationShowCommand: CommandDefinition = {
  path: ['runconfiguration', 'show'],
  summary: 'Show a run configuration as it is understood',
  examples: [['runconfiguration show docker', 'its settings, with defaults']],
  operands: [{ name: '[name]', text: 'name of the run configuration' }],
  options: [{ flags: '-n, --name <name>', text: 'name of the run configuration' }],
  run: async (input, context) => {
    const { requireProjectRoot } = await import('../../project/find-project-root');
    const { readRunConfiguration } = await import('../../project/read-run-configuration');
    const { printRecord } = await import('../../output/print-records');
    const root = requireProjectRoot(context.settings.cwd);
    const { positions: _places, ...found } = readRunConfiguration(
      root,
      input.operands[0] ?? input.needed('name', '-n, --name'),
    );
    await printRecord(context.terminal, context.output, { ...found, target: found.target ?? found.name }, [
      ['name', found.name],
      ['file', found.file],
      ['target', found.target ?? found.name],
      ['framework', found.framework],
      ['arguments', found.argumentVector.join(' ')],
      [
        'variables',
        Object.entries(found.environmentVariables)
          .map(([name, value]) => `${name}=${value}`)
          .join('\n'),
      ],
      ['conda file', found.condaDependenciesFile ?? 'aml_config/conda_dependencies.yml'],
      ['spark file', found.sparkDependenciesFile ?? 'aml_config/spark_dependencies.yml'],
      ['prepares', found.prepareEnvironment ? 'within the run' : 'beforehand, with `aml experiment prepare`'],
      ['record', found.trackedRun ? 'kept' : 'not kept'],
    ]);
  },
};
