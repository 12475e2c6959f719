import { AppError } from '@aml/errors';
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings of one app, or of several by name, out of environment variables: parsed once, all problems at once,
 * names and reasons only. An empty variable counts as absent.
 * @throws AppError `settings-invalid` (blame: user).
 */
export function parseSettings<Schemas extends Readonly<Record<string, z.ZodObject>>>(
  schemas: Schemas,
  environment: Environment,
): { [Name in keyof Schemas]: z.infer<Schemas[Name]> } {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const reasons = new Set<string>();
  const settings = Object.entries(schemas).map(([name, schema]) => {
    const parsed = schema.safeParse(present);
    for (const issue of parsed.error?.issues ?? []) reasons.add(`${issue.path.join('.')}: ${issue.message}`);
    return [name, parsed.data] as const;
  });
  if (reasons.size === 0) {
    return Object.fromEntries(settings) as { [Name in keyof Schemas]: z.infer<Schemas[Name]> };
  }
  throw new AppError({
    code: 'settings-invalid',
    message: `settings are not valid: ${[...reasons].join('; ')}`,
    hint: 'docs/settings.md lists every setting with its unit and default.',
    blame: 'user',
  });
}

/** A number of seconds, bytes or things; whole numbers from 0 on where nothing else is said. */
export function NumberSetting(
  fallback: number,
  description: string,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number } = {},
): z.ZodDefault<z.ZodCoercedNumber> {
  return z.coerce
    .number(`must be a number from ${least} on`)
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
    .describe(description)
    .default(fallback);
}

/** `true` or `false`, also `1` and `0`, `yes` and `no`. */
export function FlagSetting(
  fallback: boolean,
  description: string,
): z.ZodDefault<z.ZodCodec<z.ZodString, z.ZodBoolean>> {
  return z.stringbool({ error: 'must be true or false' }).describe(description).default(fallback);
}
