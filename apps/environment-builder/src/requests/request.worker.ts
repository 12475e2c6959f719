import { toAppError } from '@aml/errors';
import type { Logger } from '@aml/service-kit';
import type { DecideRequests } from './decide-requests';
import type { RequestStore } from './request-store';

const LOOK_AGAIN_MS = 2_000;
/** A decision may have to pull a base image; others do not wait for it. */
const DECISIONS_AT_ONCE = 4;

/** Decides requests as they come, those with equal inputs together. */
export class RequestWorker {
  private readonly deciding = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private again = false;

  constructor(
    private readonly requests: RequestStore,
    private readonly decide: DecideRequests,
    private readonly onDecided: () => void,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.wake(), LOOK_AGAIN_MS).unref();
    this.wake();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.looking;
    await Promise.all(this.deciding.values());
  }

  /** Looks for requests that nobody here is at. */
  wake(): void {
    if (this.stopping.signal.aborted) return;
    if (this.looking) {
      this.again = true;
      return;
    }
    this.again = false;
    this.looking = this.look()
      .catch((error: unknown) => this.warn(error, 'requests for environments cannot be looked up'))
      .finally(() => {
        this.looking = undefined;
        if (this.again) this.wake();
      });
  }

  private async look(): Promise<void> {
    for (const key of await this.requests.waitingKeys()) {
      if (this.deciding.size >= DECISIONS_AT_ONCE || this.stopping.signal.aborted) return;
      if (!this.deciding.has(key)) this.begin(key);
    }
  }

  private begin(key: string): void {
    const decision = this.decide
      .execute(key, this.stopping.signal)
      .then(() => true)
      .catch((error: unknown) => {
        this.warn(error, 'a request for an environment could not be decided; it is tried again');
        return false;
      })
      .then((decided) => {
        this.deciding.delete(key);
        if (!decided) return;
        this.onDecided();
        this.wake();
      });
    this.deciding.set(key, decision);
  }

  private warn(error: unknown, text: string): void {
    if (!this.stopping.signal.aborted) this.log.warn({ error: toAppError(error).toData() }, text);
  }
}
