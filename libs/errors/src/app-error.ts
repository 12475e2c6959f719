/** Who has to act: the person who typed, the target or environment, or us. */
export type Blame = 'user' | 'target' | 'us';

/** A failure as data: what crosses processes, is stored in records and printed at the edges. */
export interface ErrorData {
  /** Stable, kebab-case, for programs: `run-configuration-unknown`. */
  readonly code: string;
  /** What was wrong, quoting the value (never a secret). One sentence, no trailing hint. */
  readonly message: string;
  /** The next step to type or do. */
  readonly hint?: string;
  /** True when the same call may succeed later without anything being changed. */
  readonly retryable: boolean;
  readonly blame: Blame;
  readonly cause?: ErrorData;
}

export interface AppErrorInput {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Default: false. */
  readonly retryable?: boolean | undefined;
  /** Default: `us`. */
  readonly blame?: Blame | undefined;
  readonly cause?: unknown;
}

/** The one error of the system. Edges map it: HTTP status and problem body, retry or dead letter, exit code and text. */
export class AppError extends Error implements Omit<ErrorData, 'cause' | 'hint'> {
  readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly blame: Blame;

  constructor(input: AppErrorInput) {
    super(input.message, input.cause === undefined ? undefined : { cause: input.cause });
    this.name = 'AppError';
    this.code = input.code;
    this.hint = input.hint;
    this.retryable = input.retryable ?? false;
    this.blame = input.blame ?? 'us';
  }

  static fromData(data: ErrorData): AppError {
    return new AppError({ ...data, cause: data.cause ? AppError.fromData(data.cause) : undefined });
  }

  toData(): ErrorData {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      retryable: this.retryable,
      blame: this.blame,
      ...(this.cause === undefined ? {} : { cause: toErrorData(this.cause) }),
    };
  }
}

/** Any thrown value as data; what is not an `AppError` is our fault and gets the code `internal`. */
export function toErrorData(error: unknown): ErrorData {
  return toAppError(error).toData();
}

/** Any thrown value as an `AppError`; an `AppError` is returned as it is. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof Error) {
    return new AppError({ code: 'internal', message: error.message || error.name, cause: error.cause });
  }
  return new AppError({ code: 'internal', message: String(error) });
}

/** The command line's exit code for an error (the table in ARCHITECTURE.md). */
export function exitCodeOf(error: ErrorData | AppError): number {
  if (error.code === 'not-signed-in' || error.code === 'not-allowed') return 4;
  return { user: 2, target: 3, us: 5 }[error.blame];
}
