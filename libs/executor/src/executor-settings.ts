/** All times in milliseconds, all sizes in bytes. */
export interface ExecutorSettings {
  /** Between two renewals of a lease; well below the time that a lease is valid. */
  readonly renewEveryMs: number;
  /** Longest time between two looks at a run in which nothing seems to happen. */
  readonly observeEveryMs: number;
  /** Shortest time between two looks at a run that writes all the time; its output is read at once all the same. */
  readonly observeAtMostEveryMs: number;
  /** Largest portion of a log in one report. */
  readonly chunkBytes: number;
  /** How long a target may be out of reach before its run is called failed, naming what is unknown. */
  readonly patienceMs: number;
  /** The first pause after a failed call, doubled up to `retryLastMs`. */
  readonly retryFirstMs: number;
  readonly retryLastMs: number;
  /** For one question to a target. */
  readonly callDeadlineMs: number;
  /** For staging, launching, cancelling and collecting. */
  readonly longCallDeadlineMs: number;
  readonly artifactsAtOnce: number;
}

export const DEFAULT_EXECUTOR_SETTINGS: ExecutorSettings = {
  renewEveryMs: 3_000,
  observeEveryMs: 1_000,
  observeAtMostEveryMs: 50,
  chunkBytes: 256 * 1024,
  patienceMs: 24 * 3_600_000,
  retryFirstMs: 200,
  retryLastMs: 15_000,
  callDeadlineMs: 60_000,
  longCallDeadlineMs: 3_600_000,
  artifactsAtOnce: 4,
};
