import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdleStop } from './idle-stop';

describe('stopping when idle', () => {
  let busy: boolean;
  let stopped: number;
  let idle: IdleStop;

  beforeEach(() => {
    vi.useFakeTimers();
    busy = false;
    stopped = 0;
    idle = new IdleStop(
      60,
      async () => busy,
      () => void stopped++,
    );
    idle.start();
  });

  afterEach(() => {
    idle.end();
    vi.useRealTimers();
  });

  it('happens after the time without a request', async () => {
    await vi.advanceTimersByTimeAsync(59_000);
    expect(stopped).toBe(0);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(stopped).toBeGreaterThan(0);
  });

  it('does not happen while a request is answered, nor within the time after its end', async () => {
    const ended = idle.requestBegan();
    await vi.advanceTimersByTimeAsync(600_000);
    ended();
    ended();
    await vi.advanceTimersByTimeAsync(50_000);
    expect(stopped).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stopped).toBeGreaterThan(0);
  });

  it('does not happen while something goes on; its end begins the time anew', async () => {
    busy = true;
    await vi.advanceTimersByTimeAsync(600_000);
    busy = false;
    await vi.advanceTimersByTimeAsync(45_000);
    expect(stopped).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stopped).toBeGreaterThan(0);
  });

  it('never happens with a time of zero', async () => {
    const never = new IdleStop(
      0,
      async () => false,
      () => void stopped++,
    );
    idle.end();
    never.start();
    await vi.advanceTimersByTimeAsync(10_000_000);
    expect(stopped).toBe(0);
  });
});
