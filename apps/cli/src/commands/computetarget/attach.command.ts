import type { CommandDefinition } from '../../command';
import { TARGET_OPTIONS, typedSettings } from './target-options';

export const attachCommand: CommandDefinition = {
  path: ['computetarget', 'attach'],
  summary: 'Add a compute target to the project: writes NAME.compute and NAME.runconfig',
  examples: [
    ['computetarget attach docker --name gpu --nvidia-docker', 'containers of this machine with its GPUs'],
    [
      'computetarget attach --name other --type local --python-location /opt/py/bin/python',
      'another Python of this machine',
    ],
  ],
  operands: [{ name: '[kind]', text: 'local or docker; remotedocker, remote and cluster come later' }],
  options: [
    { flags: '-n, --name <name>', text: 'name of the target' },
    { flags: '--type <kind>', text: 'the kind, where it is not given as a word' },
    ...TARGET_OPTIONS,
    { flags: '--force', text: 'write files anew that are there already' },
  ],
  run: async (input, context) => {
    const { requireProjectRoot } = await import('../../project/find-project-root');
    const { attachTarget } = await import('../../target/attach-target');
    const { printRecord } = await import('../../output/print-records');
    const kind = input.operands[0] ?? input.needed('type', 'the kind of the target (--type)');
    const name = input.needed('name', '-n, --name');
    const root = requireProjectRoot(context.settings.cwd);
    const settings = typedSettings(input);
    const written = attachTarget(root, { kind, name, settings, force: input.flag('force') });
    await printRecord(context.terminal, context.output, { name, written }, [
      ['target', name],
      ['written', written.join('\n')],
      ['next', `aml computetarget check ${name}`],
    ]);
  },
};
