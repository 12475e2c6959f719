/** `1.4 MB`: decimal units, two or three significant digits. For people; programs get the number. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '';
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = '';
  for (const next of units) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '';
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Seconds of a record's `H:MM:SS.ffffff`; undefined where it is none. */
export function parseDuration(duration: unknown): number | undefined {
  const match = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(typeof duration === 'string' ? duration : '');
  if (!match) return undefined;
  return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

/** `just now`, `5 min ago`, `3 h ago`, `2 days ago`, then the date. */
export function formatAge(iso: string | null | undefined, now: number): string {
  if (!iso) return '';
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return iso;
  const seconds = (now - time) / 1000;
  if (seconds < 45) return seconds < -45 ? iso.slice(0, 16).replace('T', ' ') : 'just now';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.round(hours / 24);
  return days < 14 ? `${days} ${days === 1 ? 'day' : 'days'} ago` : iso.slice(0, 10);
}

/** `1 file`, `20,000 files`. */
export function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}

/** A logged number as a table shows it: at most six significant digits. */
export function formatMetric(value: unknown): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(+value.toPrecision(6));
  if (Array.isArray(value))
    return value.length === 0 ? '' : `${formatMetric(value.at(-1))} (${value.length} values)`;
  if (value !== null && typeof value === 'object') {
    const float = (value as Record<string, unknown>)['$float'];
    return typeof float === 'string' ? float : JSON.stringify(value);
  }
  return value === null || value === undefined ? '' : String(value);
}
