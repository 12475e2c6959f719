import pino, { type Logger } from 'pino';

/** Structured lines on standard output; values as fields, constant texts. */
export function createLog(level: string, redact: readonly string[] = []): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ['*.password', '*.value', '*.token', 'req.headers.authorization', ...redact],
      censor: '***',
    },
  });
}

export type { Logger };
