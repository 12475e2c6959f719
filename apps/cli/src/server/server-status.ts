/** Answer of `GET /status`. */
export interface ServerStatus {
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  readonly database: string;
  readonly activeRuns: number;
  readonly startedAt: string;
  readonly idleStopSeconds: number | null;
}

export type StatusAnswer =
  | { readonly kind: 'running'; readonly status: ServerStatus }
  | { readonly kind: 'refused'; readonly httpStatus: number }
  | { readonly kind: 'silent' };

/** Asks the services at `url` how they are; `silent` where nobody answers within the time. */
export async function askStatus(url: string, token: string, timeoutMs: number): Promise<StatusAnswer> {
  try {
    const response = await fetch(`${url}/status`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) return { kind: 'refused', httpStatus: response.status };
    return { kind: 'running', status: (await response.json()) as ServerStatus };
  } catch {
    return { kind: 'silent' };
  }
}

/** Whether the services at `url` are ready to work. */
export async function isReady(url: string, token: string, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(`${url}/ready`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Whether a process of this number is there, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
