import { AppError } from '@aml/errors';
import { isFinal, mayFollow, type RunState } from '@aml/run-model';
import type { StateEvidence } from '@aml/contracts';
import type { Clock } from './clock';
import type { ExecutorSettings } from './executor-settings';
import type { RunReporter, RunWork, WorkSource } from './executor-ports';
import { keepTrying } from './keep-trying';
import type { LeaseKeeper } from './lease-keeper';

export interface ReportParts {
  readonly work: RunWork;
  readonly source: WorkSource;
  readonly reporter: RunReporter;
  readonly lease: LeaseKeeper;
  readonly clock: Clock;
  readonly settings: ExecutorSettings;
}

/** What is said about one run. Everything is repeated until it was heard; only the loss of the lease ends that. */
export class RunReports {
  private readonly runId: string;
  private readonly fence: number;
  private last: RunState;
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly parts: ReportParts) {
    this.runId = parts.work.specification.runId;
    this.fence = parts.work.fence;
    this.last = parts.work.state;
  }

  /** The state that was reported last. */
  get state(): RunState {
    return this.last;
  }

  /**
   * Reports a state in the background, in order; one that may not follow is not reported, the one that is there is
   * reported again only with `again`. So a run whose cancel was asked for does not become `Running` any more.
   */
  changeState(to: RunState, why: StateEvidence, again = false): void {
    const same = to === this.last;
    if (same ? !again : !mayFollow(this.last, to)) return;
    this.last = to;
    this.queue = this.queue.then(() => this.send(to, why));
    this.queue.catch(() => undefined);
  }

  /** Resolves when every state was heard. */
  async settled(): Promise<void> {
    await this.queue;
  }

  /** Calls a method of the reporter or the source until it succeeds. */
  async persist<Result>(
    work: (port: {
      reporter: RunReporter;
      source: WorkSource;
      runId: string;
      fence: number;
    }) => Promise<Result>,
    giveUp: (error: AppError) => boolean = () => false,
  ): Promise<Result> {
    const { reporter, source, lease, clock, settings } = this.parts;
    const { runId, fence } = this;
    return keepTrying(() => work({ reporter, source, runId, fence }), {
      clock,
      settings,
      signal: lease.signal,
      onFailure: (error) => {
        if (giveUp(lease.sift(error))) throw error;
      },
    });
  }

  private async send(to: RunState, why: StateEvidence): Promise<void> {
    if (isFinal(to)) return; // finish() says those
    await this.persist(
      ({ reporter, runId, fence }) => reporter.changeState(runId, fence, to, why),
      // Somebody else has moved the run, such as a cancel that was just stored: that holds.
      (error) => error.code === 'run-transition-refused',
    ).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'run-transition-refused')) throw error;
    });
  }
}
