import { setTimeout as delay } from 'node:timers/promises';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock {
  private time = Date.parse('2024-01-01T00:00:00Z');
  private sleepers: Sleeper[] = [];

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const abort = (): void => {
        this.sleepers = this.sleepers.filter((each) => each !== sleeper);
        reject(signal.reason as Error);
      };
      const wake = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper = { at: this.time + milliseconds, wake };
      signal.addEventListener('abort', abort, { once: true });
      this.sleepers.push(sleeper);
    });
  }

  /** Lets that much time pass, waking whoever sleeps in the order of their times. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (;;) {
      await settle();
      const next = this.sleepers.filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.time = Math.max(this.time, next.at);
      this.sleepers = this.sleepers.filter((each) => each !== next);
      next.wake();
    }
    this.time = end;
    await settle();
  }

  /** Lets time pass in small steps until something is the case. @throws when it is not within `steps`. */
  async until(what: string, isSo: () => boolean, stepMs = 50, steps = 2000): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      if (isSo()) return;
      await this.advance(stepMs);
      await delay(0);
    }
    throw new Error(`this never came about: ${what}`);
  }
}

/** Lets what is under way in this process come to rest; real connections need a little longer, and get it from `until`. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
