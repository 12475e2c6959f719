import { AppError } from '@aml/errors';
import type { CommandDefinition } from '../../command';

export const secretDeleteCommand: CommandDefinition = {
  path: ['secret', 'delete'],
  summary: 'Forget a secret for ever',
  examples: [
    ['secret delete AzureMlSecret=0b5f0c1e-8d1c-4a7e-9a51-3f1f2f0e6a11', 'the reference, or its UUID'],
  ],
  operands: [{ name: '<reference>', text: 'reference or UUID; `aml secret list` shows them' }],
  run: async (input, context) => {
    const { printRecord } = await import('../../output/print-records');
    const id = (input.operands[0] ?? '').replace(/^AzureMlSecret=/i, '');
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
      throw new AppError({
        code: 'secret-reference-invalid',
        // What was typed may be the secret itself, and is not repeated.
        message: 'that is not a reference to a secret',
        hint: '`aml secret list` shows the references.',
        blame: 'user',
      });
    }
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const answer = await unwrap(server.targetRegistry.DELETE('/secrets/{id}', { params: { path: { id } } }));
    await printRecord(context.terminal, context.output, { id, ...answer }, [
      ['deleted', answer.deleted ? id : 'nothing: there was no such secret'],
    ]);
  },
};
