import { AppError } from '@aml/errors';
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
  const response = await fetch(`${server.url}/stop`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ force: options.force }),
    signal: AbortSignal.timeout(10_000),
  });
  await response.arrayBuffer();
  if (response.status === 409) {
    throw new AppError({
      code: 'runs-active',
      message: 'runs are active',
      hint: 'Stopping is safe: they go on, and the next services adopt them. `aml server stop --force` stops the services anyway.',
      blame: 'user',
    });
  }
  if (!response.ok) {
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
