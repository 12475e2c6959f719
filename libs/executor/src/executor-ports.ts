import type { ErrorBody, RunSpecification, StateEvidence } from '@aml/contracts';
import type { FinalRunState, RunState } from '@aml/run-model';
import type { ExitRecord, RunHandle } from '@aml/targets';
import type { Readable } from 'node:stream';

/** One leased run: everything an executor needs to start it, or to go on with it after a crash of whoever had it before. */
export interface RunWork {
  readonly specification: RunSpecification;
  readonly state: RunState;
  /** Written with every report; a report with a lower number than the highest seen is refused (`lease-lost`). */
  readonly fence: number;
  /** Null: no launch was attempted yet. */
  readonly handle: RunHandle | null;
  readonly image: { readonly reference: string; readonly id: string } | null;
  readonly cancelRequested: boolean;
}

/** Where work comes from. Implemented in process by the dispatcher, over HTTPS by the agent. */
export interface WorkSource {
  /** The next run to execute, leased; undefined where there is none within `waitMs`. */
  lease(owner: string, waitMs: number): Promise<RunWork | undefined>;
  /** Optional: calls `wake` as soon as a cancel of this run is asked for; without it the next `renew` says so. @returns how to stop that. */
  watchCancel?(runId: string, wake: () => void): () => void;
  /** Extends the lease. @returns whether a cancel was asked for. @throws AppError `lease-lost`. */
  renew(runId: string, fence: number): Promise<{ readonly cancelRequested: boolean }>;
  /** Stores the handle before a launch, and again with `launched`. @throws AppError `lease-lost`. */
  saveHandle(runId: string, fence: number, handle: RunHandle): Promise<void>;
  /** The whole snapshot as a tar. */
  openSnapshot(snapshotId: string, signal: AbortSignal): Promise<Readable>;
  /** Values of secret references, for the holder of a live lease. */
  resolveSecrets(
    references: readonly string[],
    runId: string,
    fence: number,
  ): Promise<Record<string, string>>;
}

export interface RunOutcome {
  readonly status: FinalRunState;
  readonly why: StateEvidence;
  readonly exit: ExitRecord | null;
  readonly error: ErrorBody | null;
  readonly warnings: readonly string[];
}

/** Where reports go. Every method throws AppError `lease-lost` when the fence is stale; other failures are retried by the executor for as long as it takes. */
export interface RunReporter {
  changeState(runId: string, fence: number, to: RunState, why: StateEvidence): Promise<void>;
  /** How far the record has got: byte offsets to go on from, artifacts that are safe. */
  positions(runId: string): Promise<{
    readonly stdout: number;
    readonly stderr: number;
    readonly control: number;
    readonly metrics: number;
    readonly artifacts: ReadonlyMap<string, string>;
    /** Secret values replaced so far, to count on from; absent: from 0. */
    readonly masked?: Readonly<Partial<Record<'stdout' | 'stderr' | 'control', number>>>;
  }>;
  /** `masked` counts the replacements in this stream so far. @returns bytes of the stream that are safe. */
  appendLog(
    runId: string,
    fence: number,
    stream: 'stdout' | 'stderr' | 'control',
    offset: number,
    bytes: Buffer,
    masked: number,
  ): Promise<number>;
  sealLog(runId: string, fence: number, stream: 'stdout' | 'stderr' | 'control', size: number): Promise<void>;
  /** Whole lines of metrics.jsonl; `offset` and `end` are byte positions in that file. */
  appendMetrics(
    runId: string,
    fence: number,
    offset: number,
    end: number,
    lines: readonly string[],
  ): Promise<void>;
  storeArtifact(
    runId: string,
    fence: number,
    path: string,
    size: number,
    open: () => Promise<Readable>,
  ): Promise<void>;
  /** The last report; everything before it is acknowledged. */
  finish(runId: string, fence: number, outcome: RunOutcome): Promise<void>;
}
