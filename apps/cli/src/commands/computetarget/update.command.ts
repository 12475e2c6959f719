import { AppError } from '@aml/errors';
import type { CommandDefinition } from '../../command';
import { TARGET_OPTIONS, typedSettings } from './target-options';

export const updateCommand: CommandDefinition = {
  path: ['computetarget', 'update'],
  summary: 'Change settings of a compute target; comments and order of its file stay',
  examples: [
    ['computetarget update --name docker --base-docker-image debian:bookworm-slim', 'another base image'],
  ],
  operands: [{ name: '[name]', text: 'name of the target' }],
  options: [
    { flags: '-n, --name <name>', text: 'name of the target' },
    ...TARGET_OPTIONS,
    { flags: '--shared-volumes <true|false>', text: 'whether the shared folder is mounted in containers' },
  ],
  run: async (input, context) => {
    const { requireProjectRoot } = await import('../../project/find-project-root');
    const { readTarget } = await import('../../target/read-target');
    const { updateTarget } = await import('../../target/update-target');
    const root = requireProjectRoot(context.settings.cwd);
    const target = readTarget(root, input.operands[0] ?? input.needed('name', '-n, --name'));
    const shared = input.text('sharedVolumes');
    const changes = {
      ...typedSettings(input),
      ...(shared === undefined ? {} : { sharedVolumes: shared === 'true' }),
    };
    const password = input.text('password');
    if (Object.keys(changes).length === 0 && password === undefined) {
      throw new AppError({
        code: 'nothing-to-change',
        message: 'no setting was given',
        hint: '`aml computetarget update --help` lists them.',
        blame: 'user',
      });
    }
    await updateTarget(context, root, target, changes, password);
  },
};
