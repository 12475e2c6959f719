import { AppError } from '@aml/errors';

/** What was typed after a command: operands and options by name. */
export class CommandInput {
  readonly operands: readonly string[];
  private readonly options: Readonly<Record<string, unknown>>;

  constructor(operands: readonly string[], options: Readonly<Record<string, unknown>>) {
    this.operands = operands;
    this.options = options;
  }

  /** The value of an option, by its camel-case name; undefined: not given. */
  text(name: string): string | undefined {
    const value = this.options[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** The value of an option that must be there. @throws AppError `option-missing` (blame: user). */
  needed(name: string, flags: string): string {
    const value = this.text(name);
    if (value !== undefined && value !== '') return value;
    throw new AppError({
      code: 'option-missing',
      message: `${flags} is missing`,
      hint: 'Add it; --help shows an example.',
      blame: 'user',
    });
  }

  flag(name: string): boolean {
    return this.options[name] === true;
  }

  /** True, false, or undefined where neither `--x` nor `--no-x` was given. */
  choice(name: string): boolean | undefined {
    const value = this.options[name];
    return typeof value === 'boolean' ? value : undefined;
  }

  /** All values of an option that may be repeated. */
  list(name: string): readonly string[] {
    const value = this.options[name];
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  }

  /** A whole number from 1. @throws AppError `number-invalid` (blame: user). */
  count(name: string, flags: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (Number.isSafeInteger(number) && number > 0) return number;
    throw new AppError({
      code: 'number-invalid',
      message: `${flags} takes a whole number from 1, not \`${value}\``,
      blame: 'user',
    });
  }

  /** `K=V` options as a map. @throws AppError `pair-invalid` (blame: user). */
  pairs(name: string, flags: string): Record<string, string> {
    const pairs: Record<string, string> = {};
    for (const item of this.list(name)) {
      const cut = item.indexOf('=');
      if (cut <= 0) {
        throw new AppError({
          code: 'pair-invalid',
          message: `${flags} takes NAME=VALUE, not \`${item}\``,
          hint: `For example: ${flags} NAME=value`,
          blame: 'user',
        });
      }
      pairs[item.slice(0, cut)] = item.slice(cut + 1);
    }
    return pairs;
  }
}
