import { toAppError } from '@aml/errors';
import { WorkFinder, type Logger } from '@aml/service-kit';
import type { DecideRequests } from './decide-requests';
import type { RequestStore } from './request-store';

/** A decision may have to pull a base image; others do not wait for it. */
const DECISIONS_AT_ONCE = 4;

/** Decides requests as they come, those with equal inputs together. */
export class RequestWorker {
  private readonly work = new WorkFinder(
    () => this.look(),
    (error) => this.warn(error, 'requests for environments cannot be looked up'),
  );

  constructor(
    private readonly requests: RequestStore,
    private readonly decide: DecideRequests,
    private readonly onDecided: () => void,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.work.start();
  }

  stop(): Promise<void> {
    return this.work.stop();
  }

  wake(): void {
    this.work.wake();
  }

  private async look(): Promise<void> {
    for (const key of await this.requests.waitingKeys()) {
      if (this.work.busy >= DECISIONS_AT_ONCE) return;
      this.begin(key);
    }
  }

  /** What could not be decided waits for the next look. */
  private begin(key: string): void {
    let decided = false;
    const decide = async (): Promise<void> => {
      try {
        await this.decide.execute(key, this.work.signal);
        decided = true;
      } catch (error) {
        this.warn(error, 'a request for an environment could not be decided; it is tried again');
      }
    };
    this.work.begin(key, decide, () => {
      if (!decided) return;
      this.onDecided();
      this.wake();
    });
  }

  private warn(error: unknown, text: string): void {
    if (!this.work.signal.aborted) this.log.warn({ error: toAppError(error).toData() }, text);
  }
}
