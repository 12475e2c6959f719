import { AppError, type ErrorData } from '@aml/errors';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './server-status';

const STOP_MS = 30_000;

/**
 * Asks the services to stop and waits until their process is gone. Runs that are active go on and are adopted by the
 * next services.
 * @throws AppError `runs-active` (blame: user) where runs are active and `force` is false.
 */
export async function stopServer(
  server: { readonly url: string; readonly token: string; readonly status: { readonly pid: number } },
  options: { readonly force: boolean },
): Promise<void> {
  const response = await fetch(`${server.url}/stop${options.force ? '?force=true' : ''}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
    signal: AbortSignal.timeout(10_000),
  });
  const body = (await response.json().catch(() => undefined)) as { error?: ErrorData } | undefined;
  if (!response.ok) {
    if (body?.error?.code) throw AppError.fromData(body.error);
    throw new AppError({
      code: 'stop-refused',
      message: `the services answered ${response.status} to the request to stop`,
    });
  }
  const deadline = Date.now() + STOP_MS;
  while (isAlive(server.status.pid)) {
    if (Date.now() > deadline) {
      throw new AppError({
        code: 'stop-slow',
        message: `the services (pid ${server.status.pid}) are still there ${STOP_MS / 1000} s after they were asked to stop`,
        hint: 'See `aml server logs`.',
      });
    }
    await delay(20);
  }
}
