import { AppError, toAppError } from '@aml/errors';
import { search } from 'jmespath';

/** The part of a value that a JMESPath expression names. @throws AppError `query-invalid` (blame: user). */
export function applyQuery(value: unknown, query: string): unknown {
  try {
    return search(value, query) as unknown;
  } catch (error) {
    throw new AppError({
      code: 'query-invalid',
      message: `the JMESPath expression \`${query}\` cannot be used: ${toAppError(error).message}`,
      hint: 'An example: --query "[?Accuracy != null] | max_by(@, &Accuracy).run_id". Quote it for the shell; numbers stand between backticks.',
      blame: 'user',
    });
  }
}
