import { AppError } from '@aml/errors';
import { z } from 'zod';

/**
 * The settings of an app out of environment variables: parsed once, all problems at once, names and reasons only.
 * @throws AppError `settings-invalid` (blame: user).
 */
export function parseSettings<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<Schema> {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AppError({
    code: 'settings-invalid',
    message: `settings are not valid: ${reasons.join('; ')}`,
    hint: 'docs/settings.md lists every setting with its unit and default.',
    blame: 'user',
  });
}

/** A number of seconds, bytes or things. */
export const NumberSetting = (fallback: number, description: string): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().describe(description).default(fallback);
