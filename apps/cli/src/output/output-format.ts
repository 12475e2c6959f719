import { AppError } from '@aml/errors';

export const OUTPUT_FORMATS = ['table', 'json', 'yaml', 'tsv'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** How records are printed: `-o` and `--query`. */
export interface OutputOptions {
  readonly format: OutputFormat;
  readonly query: string | undefined;
}

/** Table for people; JSON where there is a query and no format, since its result may have any shape. */
export function outputOptions(format: string | undefined, query: string | undefined): OutputOptions {
  if (format === undefined) return { format: query === undefined ? 'table' : 'json', query };
  const wanted = format === 'jsonc' ? 'json' : format === 'yamlc' ? 'yaml' : format.toLowerCase();
  const known = OUTPUT_FORMATS.find((each) => each === wanted);
  if (known) return { format: known, query };
  throw new AppError({
    code: 'output-format-unknown',
    message: `\`${format}\` is not an output format`,
    hint: `Use one of: -o ${OUTPUT_FORMATS.join(', -o ')}.`,
    blame: 'user',
  });
}
