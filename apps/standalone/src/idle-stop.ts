/** Ends the server when nobody has asked anything for a while and nothing goes on. */
export class IdleStop {
  private last = Date.now();
  private open = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly seconds: number,
    private readonly isBusy: () => Promise<boolean>,
    private readonly stop: () => void,
  ) {}

  start(): void {
    if (this.seconds <= 0) return;
    this.timer = setInterval(() => void this.look(), Math.min(this.seconds * 250, 30_000)).unref();
  }

  /** To be called for each request. @returns what to call at the end of the answer, which counts as the last sign of life. */
  requestBegan(): () => void {
    this.open += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.open -= 1;
      this.last = Date.now();
    };
  }

  end(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.isInUse()) return;
    const busy = await this.isBusy().catch(() => true);
    if (busy) this.last = Date.now();
    else if (!this.isInUse()) this.stop();
  }

  private isInUse(): boolean {
    return this.open > 0 || Date.now() - this.last < this.seconds * 1000;
  }
}
