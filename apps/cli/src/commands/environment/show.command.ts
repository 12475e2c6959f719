import { AppError } from '@aml/errors';
import type { CommandDefinition } from '../../command';

export const environmentShowCommand: CommandDefinition = {
  path: ['environment', 'show'],
  summary: 'Show an environment with its exact packages',
  examples: [['environment show 3f2a91', 'the beginning of an identity is enough']],
  operands: [{ name: '[identity]', text: 'identity, or its beginning (4 characters or more)' }],
  options: [{ flags: '--identity <identity>', text: 'the same', hidden: true }],
  run: async (input, context) => {
    const { printRecord } = await import('../../output/print-records');
    const { formatBytes, formatSeconds } = await import('../../output/humanize');
    const identity = (input.operands[0] ?? input.needed('identity', 'IDENTITY')).toLowerCase();
    if (!/^[0-9a-f]{4,64}$/.test(identity)) {
      throw new AppError({
        code: 'identity-invalid',
        message: `\`${identity}\` is not the identity of an environment`,
        hint: 'It has hexadecimal digits, at least 4 of them; `aml environment list` shows identities.',
        blame: 'user',
      });
    }
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const found = await unwrap(
      server.environmentBuilder.GET('/environments/{identity}', { params: { path: { identity } } }),
    );
    await printRecord(context.terminal, context.output, found, [
      ['identity', found.identity],
      ['status', found.status],
      ['error', found.error?.message ?? ''],
      ['engine', found.engine],
      ['image', found.image ?? ''],
      ['size', formatBytes(found.sizeBytes)],
      ['built in', formatSeconds(found.buildSeconds)],
      ['created', found.createdUtc],
      ['last used', found.lastUsedUtc],
      ['python', found.python ?? ''],
      ['base image', found.baseImage ?? ''],
      ['framework', found.framework],
      ['projects', found.projects.join(', ')],
      ['asked for', [...found.conda, ...found.pip].join('\n')],
      [
        'conda',
        (found.lock?.conda ?? [])
          .map((each) => `${each.name} ${each.version} ${each.build}  ${each.channel}`)
          .join('\n'),
      ],
      ['pip', (found.lock?.pip ?? []).map((each) => `${each.name} ${each.version}`).join('\n')],
      ['warnings', found.warnings.join('\n')],
    ]);
  },
};
