import { AppError } from '@aml/errors';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** Seconds of `90`, `90s`, `10m`, `2h`, `1.5h`, `1h30m`, `7d`. @throws AppError `time-limit-invalid` (blame: user), also for zero. */
export function parseTimeLimit(text: string): number {
  const compact = text.replaceAll(' ', '').toLowerCase();
  const parts = [...compact.matchAll(/(\d+(?:\.\d+)?)(min|[smhd]|$)/g)];
  const whole = parts.map((part) => part[0]).join('') === compact && compact !== '';
  const seconds = parts.reduce(
    (sum, [, number, unit]) => sum + Number(number) * (UNITS[unit || 's'] ?? 1),
    0,
  );
  if (whole && seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new AppError({
    code: 'time-limit-invalid',
    message:
      whole && seconds === 0
        ? 'the time limit is zero: the run would end before it starts'
        : `\`${text}\` is not a time limit`,
    hint: 'Give seconds or a unit: --time-limit 90, --time-limit 10m, --time-limit 2h. Leave it out for no limit.',
    blame: 'user',
  });
}
