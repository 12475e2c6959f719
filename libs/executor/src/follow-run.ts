import type { CancelProgress, Observation, RunHandle } from '@aml/targets';
import { cancelRun } from './cancel-run';
import type { Execution } from './execution';
import { LogPump } from './log-pump';
import { MetricsPump } from './metrics-pump';
import type { SpoolPump } from './spool-pump';

/** What became of a run, and the proof where it was canceled. */
export interface RunEnd {
  readonly seen: Observation;
  readonly cancel: CancelProgress | null;
}

/** The logs of a run on their way into its record. */
export class RunPumps {
  readonly stdout: LogPump;
  readonly stderr: LogPump;
  private readonly metrics: MetricsPump | undefined;

  constructor(execution: Execution, handle: RunHandle) {
    this.stdout = new LogPump(execution, handle, 'stdout');
    this.stderr = new LogPump(execution, handle, 'stderr');
    if (execution.work.specification.tracked) this.metrics = new MetricsPump(execution, handle);
  }

  kick(): void {
    this.all().forEach((pump) => pump.kick());
  }

  /** What was seen, with the sizes that have been read: then a wait ends when there is more to read. */
  asSeen(seen: Observation): Observation {
    const { stdout, stderr, metrics } = this;
    const sizes = {
      stdout: stdout.offset,
      stderr: stderr.offset,
      metrics: metrics?.offset ?? seen.sizes.metrics,
    };
    return { ...seen, sizes };
  }

  async finish(sizes: Observation['sizes']): Promise<void> {
    await Promise.all(this.all().map((pump) => pump.finish(sizes[pump.stream])));
  }

  private all(): readonly SpoolPump[] {
    return [this.stdout, this.stderr, ...(this.metrics ? [this.metrics] : [])];
  }
}

/** Follows a run to its end, and ends it when that is asked for. Output flows meanwhile. @throws PatienceExceeded. */
export async function followRun(execution: Execution, handle: RunHandle, pumps: RunPumps): Promise<RunEnd> {
  const { driver, calls, reports, lease, clock, settings } = execution;
  let cancel: Promise<CancelProgress> | undefined;
  for (;;) {
    const seen = await calls.insist('look at the run', (context) => driver.observe(handle, context));
    if (seen.state === 'running' || seen.startedAt !== null) {
      const startedAt = seen.startedAt === null ? {} : { details: { startedAt: seen.startedAt } };
      reports.changeState('Running', { reason: 'the script is running', ...startedAt });
    }
    pumps.kick();
    if (lease.cancelSignal.aborted) {
      cancel ??= cancelRun(execution, handle);
      cancel.catch(() => undefined);
    }
    if (seen.exit) {
      const mustProve = cancel !== undefined && !seen.exit.verifiedGone;
      return { seen, cancel: mustProve ? ((await cancel) ?? null) : null };
    }
    const until = clock.monotonic() + settings.observeAtMostEveryMs;
    do {
      await waitForChange(execution, handle, pumps.asSeen(seen), cancel !== undefined);
      pumps.kick();
      if (clock.monotonic() < until)
        await clock.sleep(Math.min(10, settings.observeAtMostEveryMs), lease.signal);
    } while (clock.monotonic() < until && !lease.cancelSignal.aborted);
  }
}

/** Ends early when a cancel is asked for. A driver that cannot wait costs a pause, no more. */
async function waitForChange(
  { driver, calls, lease, clock, settings }: Execution,
  handle: RunHandle,
  seen: Observation,
  canceling: boolean,
): Promise<void> {
  try {
    await calls.ask(
      'wait for output',
      (context) => driver.waitForChange(handle, seen, settings.observeEveryMs, context),
      canceling ? {} : { signal: lease.cancelSignal },
    );
  } catch {
    lease.signal.throwIfAborted();
    if (!lease.cancelSignal.aborted) await clock.sleep(settings.observeEveryMs, lease.signal);
  }
}
