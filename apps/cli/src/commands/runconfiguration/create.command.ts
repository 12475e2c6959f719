import { AppError } from '@aml/errors';
import type { CommandDefinition } from '../../command';

export const runConfigurationCreateCommand: CommandDefinition = {
  path: ['runconfiguration', 'create'],
  summary: 'Make a run configuration: writes NAME.runconfig',
  examples: [
    ['runconfiguration create -n sweep -t docker', 'runs the script that is given at submit'],
    [
      'runconfiguration create -n nightly -t docker --env LEVEL=2 train.py --epochs 5',
      'with a script and arguments of its own',
    ],
  ],
  operands: [
    { name: '[script]', text: 'script (default: the one given at submit)' },
    { name: '[arguments...]', text: 'its arguments' },
  ],
  options: [
    { flags: '-n, --name <name>', text: 'name of the run configuration' },
    { flags: '-t, --target <name>', text: 'compute target' },
    { flags: '--framework <name>', text: 'Python or PySpark (default: Python)' },
    { flags: '--env <name=value>', text: 'environment variable; may be repeated', many: true },
    { flags: '--conda-file <path>', text: 'conda dependencies, from the project root' },
    { flags: '--spark-file <path>', text: 'Spark dependencies, from the project root' },
    { flags: '--prepare', text: 'prepare the environment within the run' },
    { flags: '--no-track', text: 'run without a record' },
    { flags: '--force', text: 'write the file anew where it is there already' },
  ],
  passThrough: true,
  run: async (input, context) => {
    const { existsSync, writeFileSync } = await import('node:fs');
    const { join } = await import('node:path');
    const { runConfigurationFileText, normalizeRunConfigurationName } = await import('@aml/aml-config');
    const { requireProjectRoot } = await import('../../project/find-project-root');
    const { readFramework } = await import('../../submit/read-submit-input');
    const { printRecord } = await import('../../output/print-records');
    const name = normalizeRunConfigurationName(input.needed('name', '-n, --name'));
    const target = input.needed('target', '-t, --target');
    const root = requireProjectRoot(context.settings.cwd);
    const file = `aml_config/${name}.runconfig`;
    if (!/^[^/\\]+$/.test(name) || (existsSync(join(root, file)) && !input.flag('force'))) {
      throw new AppError({
        code: 'run-configuration-exists',
        message: name.includes('/')
          ? `\`${name}\` cannot be the name of a run configuration`
          : `${file} is there already`,
        hint: 'Choose another name, or write it anew with --force.',
        blame: 'user',
      });
    }
    const variables = input.pairs('env', '--env');
    const conda = input.text('condaFile');
    const spark = input.text('sparkFile');
    const text = runConfigurationFileText({
      target,
      framework: readFramework(input.text('framework')) ?? 'Python',
      prepareEnvironment: input.flag('prepare'),
      trackedRun: input.choice('track') !== false,
      ...(input.operands.length > 0 ? { argumentVector: input.operands } : {}),
      ...(Object.keys(variables).length > 0 ? { environmentVariables: variables } : {}),
      ...(conda === undefined ? {} : { condaDependenciesFile: conda }),
      ...(spark === undefined ? {} : { sparkDependenciesFile: spark }),
    });
    writeFileSync(join(root, file), text);
    await printRecord(context.terminal, context.output, { name, file }, [
      ['written', file],
      ['next', `aml experiment submit -c ${name}${input.operands.length > 0 ? '' : ' SCRIPT.py'}`],
    ]);
  },
};
