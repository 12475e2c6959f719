/**
 * Finds work and does it, each piece once in this process. It looks when woken and every now and then, one look at a
 * time; a wake during a look leads to another look, so none is lost.
 */
export class WorkFinder {
  private readonly inHand = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private again = false;

  /** `look` begins what it finds; its failure is told to `onProblem`, and it is tried again. `everyMs`: default 2,000. */
  constructor(
    private readonly look: () => Promise<void>,
    private readonly onProblem: (error: unknown) => void,
    private readonly everyMs = 2_000,
  ) {}

  /** Aborted by `stop`. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Pieces of work in hand. */
  get busy(): number {
    return this.inHand.size;
  }

  start(): void {
    this.timer = setInterval(() => this.wake(), this.everyMs).unref();
    this.wake();
  }

  /** Ends the looking, aborts what is in hand and waits until nothing of it goes on. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.looking;
    await Promise.all(this.inHand.values());
  }

  wake(): void {
    if (this.signal.aborted) return;
    if (this.looking) {
      this.again = true;
      return;
    }
    this.again = false;
    this.looking = this.look()
      .catch((error: unknown) => {
        if (!this.signal.aborted) this.onProblem(error);
      })
      .finally(() => {
        this.looking = undefined;
        if (this.again) this.wake();
      });
  }

  /** Begins a piece of work that is not in hand yet. `work` tells its own failures; `ended` is called when it is out of hand. */
  begin(key: string, work: () => Promise<void>, ended: () => void = () => undefined): void {
    if (this.inHand.has(key) || this.signal.aborted) return;
    const doing = work().finally(() => {
      this.inHand.delete(key);
      ended();
    });
    this.inHand.set(key, doing);
  }
}
