import { AppError } from '@aml/errors';
import type { CallOptions } from './docker-engine';

export const seconds = (count: number): number => count * 1000;
export const minutes = (count: number): number => count * 60_000;

/**
 * Runs one call under the caller's signal and a deadline. It settles as soon as either fires, whether or not the call
 * itself notices. Without a deadline (`undefined`) only the signal ends it.
 */
export async function withDeadline<T>(
  action: string,
  call: CallOptions | undefined,
  defaultMs: number | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const outer = call?.signal;
  outer?.throwIfAborted();
  const controller = new AbortController();
  const deadlineMs = call?.deadlineMs ?? defaultMs;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;

  const interrupted = new Promise<never>((_, reject) => {
    const end = (reason: unknown): void => {
      reject(reason instanceof Error ? reason : new Error(String(reason)));
      controller.abort(reason);
    };
    if (outer) {
      onAbort = () => end(outer.reason);
      outer.addEventListener('abort', onAbort, { once: true });
    }
    if (deadlineMs !== undefined)
      timer = setTimeout(() => end(deadlineExceeded(action, deadlineMs)), deadlineMs);
  });
  try {
    return await Promise.race([run(controller.signal), interrupted]);
  } finally {
    clearTimeout(timer);
    if (outer && onAbort) outer.removeEventListener('abort', onAbort);
  }
}

function deadlineExceeded(action: string, deadlineMs: number): AppError {
  return new AppError({
    code: 'docker-deadline-exceeded',
    message: `The Docker engine did not ${action} within ${deadlineMs / 1000} s.`,
    hint: 'See what it is busy with: `docker info`, `docker ps`; restart it if it hangs.',
    retryable: true,
    blame: 'target',
  });
}
