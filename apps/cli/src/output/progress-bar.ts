import { formatBytes, formatSeconds } from './humanize';
import type { Terminal } from './terminal';

export interface Progress {
  /** Done so far, in bytes of the total. */
  readonly advance: (bytes: number) => void;
  /** Takes the bar off the terminal. */
  readonly finish: () => void;
}

const EVERY_MS = 100;
const SHOW_AFTER_MS = 400;
/** Columns for what stands beside the bar, so that the bar keeps its width while the numbers grow. */
const BESIDE = 52;

/** A bar on stderr with bytes, rate and time left; nothing where stderr is no terminal, or when it is soon over. */
export function startProgress(
  terminal: Terminal,
  label: string,
  total: number,
  now: () => number = () => performance.now(),
): Progress {
  if (!terminal.errIsTerminal) return { advance: () => undefined, finish: () => undefined };
  const started = now();
  let done = 0;
  let drawn = 0;
  return {
    advance: (bytes) => {
      done += bytes;
      const at = now();
      if (at - started < SHOW_AFTER_MS || at - drawn < EVERY_MS) return;
      drawn = at;
      terminal.err(
        `\r\u001b[2K${describeProgress(label, done, total, (at - started) / 1000, terminal.columns)}`,
      );
    },
    finish: () => {
      if (drawn > 0) terminal.err('\r\u001b[2K');
    },
  };
}

/** One line, never a longer one: label, bar, percentage, bytes, rate, time left. */
export function describeProgress(
  label: string,
  done: number,
  total: number,
  seconds: number,
  columns: number,
): string {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? (total - done) / rate : Number.NaN;
  const numbers = ` ${Math.floor(share * 100)}%  ${formatBytes(done)} of ${formatBytes(total)}  ${formatBytes(Math.round(rate))}/s`;
  const ending = Number.isFinite(left) && left > 0 ? `  ${formatSeconds(left)} left` : '';
  const width = Math.max(0, Math.min(30, columns - label.length - BESIDE - 5));
  const filled = Math.round(width * share);
  const bar = width > 4 ? ` [${'='.repeat(filled)}${' '.repeat(width - filled)}]` : '';
  return `${label}${bar}${numbers}${ending}`.slice(0, Math.max(0, columns - 1));
}
