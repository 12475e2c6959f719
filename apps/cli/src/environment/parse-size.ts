import { AppError } from '@aml/errors';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** Bytes of `500MB`, `10GB`, `1.5 GiB`. @throws AppError `size-invalid` (blame: user). */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b?)$/i.exec(text.trim());
  const factor = UNITS[(match?.[2] ?? '?').toLowerCase()];
  if (match?.[1] !== undefined && factor !== undefined) return Math.round(Number(match[1]) * factor);
  throw new AppError({
    code: 'size-invalid',
    message: `\`${text}\` is not a size`,
    hint: 'For example 500MB or 10GB.',
    blame: 'user',
  });
}
