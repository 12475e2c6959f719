import { storableValue } from '@aml/database';
import type { StatusClaim } from '@aml/run-model';

/** A line of `metrics.jsonl` as the record keeps it. */
export interface LoggedPoint {
  readonly kind: string;
  readonly name: string;
  readonly value: unknown;
  /** Epoch seconds. */
  readonly time: number;
}

/** What the lines of one report amount to. */
export interface LoggedLines {
  readonly points: readonly LoggedPoint[];
  readonly properties: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly claims: readonly StatusClaim[];
}

/** Reads lines that the SDK wrote (`python/README.md`); a line that is not one is passed over, never a failure. */
export function readMetricLines(lines: readonly string[]): LoggedLines {
  const points: LoggedPoint[] = [];
  const properties: Record<string, string> = {};
  const tags: Record<string, string> = {};
  const claims: StatusClaim[] = [];
  for (const line of lines) {
    const entry = parseLine(line);
    if (!entry) continue;
    const name = String(entry['name'] ?? '');
    const time = timeOf(entry['time']);
    switch (entry['kind']) {
      case 'property':
        properties[name] = String(entry['value']);
        break;
      case 'tag':
        tags[name] = String(entry['value'] ?? '');
        break;
      case 'claim':
        claims.push(claimOf(entry, time));
        break;
      case 'row':
      case 'table':
        points.push({ kind: entry['kind'], name, value: entry['columns'] ?? null, time });
        break;
      case 'image':
        points.push({ kind: 'image', name, value: entry['path'] ?? null, time });
        break;
      case 'metric':
      case 'list':
        points.push({ kind: entry['kind'], name, value: entry['value'] ?? null, time });
        break;
    }
  }
  return { points, properties, tags, claims };
}

/** Epoch seconds; 0 where it is none that a calendar has. */
function timeOf(value: unknown): number {
  return typeof value === 'number' && Math.abs(value) < 8.64e12 ? value : 0;
}

/** With texts that the database can keep. */
function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = storableValue(JSON.parse(line));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function claimOf(entry: Record<string, unknown>, time: number): StatusClaim {
  const error = entry['error'] as { message?: unknown } | null | undefined;
  return {
    status: entry['status'] === 'failed' ? 'Failed' : 'Completed',
    ...(error?.message === undefined ? {} : { details: String(error.message) }),
    at: new Date(time * 1000).toISOString(),
  };
}

/** A value as records show it: the three numbers that JSON lacks as text. */
export function shownValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shownValue);
  if (typeof value !== 'object' || value === null) return value;
  const float = (value as { $float?: unknown }).$float;
  if (typeof float === 'string') return { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' }[float] ?? float;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shownValue(each)]));
}

/** Points of one name that the record shows at most; all of them stay in the table of metrics. */
const SHOWN_POINTS = 1000;

/** Adds points to the summary of a run: a name logged again makes a series. `counts` says how often a name was logged before. */
export function addToSummary(
  metrics: Record<string, unknown>,
  counts: Readonly<Record<string, number>>,
  points: readonly LoggedPoint[],
): Record<string, unknown> {
  const summary = { ...metrics };
  const seen = { ...counts };
  for (const { name, value } of points) {
    const before = seen[name] ?? 0;
    const shown = shownValue(value);
    const known = summary[name];
    const series = before === 0 ? undefined : before === 1 ? [known] : (known as unknown[]);
    summary[name] = series === undefined ? shown : [...series, shown].slice(-SHOWN_POINTS);
    seen[name] = before + 1;
  }
  return summary;
}

/** How often each name was logged, these points included. */
export function addToCounts(
  counts: Readonly<Record<string, number>>,
  points: readonly LoggedPoint[],
): Record<string, number> {
  const sums = { ...counts };
  for (const { name } of points) sums[name] = (sums[name] ?? 0) + 1;
  return sums;
}
