import { AppError } from '@aml/errors';

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `2h`, `3d` (before now), a date or a time, as ISO 8601 in UTC. @throws AppError `time-invalid` (blame: user). */
export function readTime(text: string, now: number): string {
  const span = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text.trim());
  const millis = span ? now - Number(span[1]) * (UNITS_MS[span[2] ?? ''] ?? 0) : parseDate(text.trim());
  if (Number.isFinite(millis) && Math.abs(millis) < 8.64e15) return new Date(millis).toISOString();
  throw new AppError({
    code: 'time-invalid',
    message: `\`${text}\` is not a time`,
    hint: 'Give a span before now (30m, 2h, 3d), a date (2026-01-31) or a time (2026-01-31T12:00).',
    blame: 'user',
  });
}

function parseDate(text: string): number {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return Number.NaN;
  // A bare date means midnight here, not in Greenwich.
  return Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
}
