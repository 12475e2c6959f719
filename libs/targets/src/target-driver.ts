import type { ComputeTargetSettings, RunSpecification } from '@aml/contracts';
import type { TargetKind } from '@aml/run-model';
import type { Readable } from 'node:stream';

/** Where a run can be found again: plain data, made from the specification alone, stored before the launch is attempted. */
export interface RunHandle {
  readonly kind: TargetKind;
  readonly runId: string;
  /** Names the machine: `local` or the address of a host. */
  readonly host: string;
  /** Absolute path of the run folder there. */
  readonly runFolder: string;
  readonly containerName?: string;
  /** Added by `launch`; absent: never launched, or the answer to the launch was lost. */
  readonly launched?: {
    readonly supervisorPid?: number;
    readonly startTime?: string;
    readonly bootId?: string;
    readonly containerId?: string;
  };
}

/** What every call gets: an end to wait for, and a place for notes. */
export interface DriverContext {
  readonly signal: AbortSignal;
  /** Progress for people, a line each: kept in the run's control log. */
  readonly note: (line: string) => void;
}

/** A snapshot to put into a run folder: a tar of it, and what it must amount to. */
export interface SnapshotSource {
  readonly id: string;
  readonly files: number;
  readonly bytes: number;
  openArchive(signal: AbortSignal): Promise<Readable>;
}

export interface LaunchInput {
  readonly specification: RunSpecification;
  readonly snapshot: SnapshotSource;
  /** The image of the run; null where the target uses the user's own Python. */
  readonly image: { readonly reference: string; readonly id: string } | null;
  /** Values of the references in the specification, by reference. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What was seen of a run, with the evidence for it. */
export interface Observation {
  readonly state: 'not-launched' | 'starting' | 'running' | 'ended' | 'lost';
  /** For people: `exit.json says exited with 1`, `container is gone`. */
  readonly evidence: string;
  readonly exit: ExitRecord | null;
  readonly startedAt: string | null;
  /** Bytes there are of each spool file. */
  readonly sizes: { readonly stdout: number; readonly stderr: number; readonly metrics: number };
}

/** `control/exit.json`, or what stands in for it where it cannot exist (container gone, machine restarted). */
export interface ExitRecord {
  readonly reason:
    'exited' | 'timeLimit' | 'canceled' | 'terminated' | 'startFailed' | 'outOfMemory' | 'lost';
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationSeconds: number | null;
  readonly leftovers: readonly { readonly pid: number; readonly command: string }[];
  /** False: not every process of the run is proved gone; `survivors` says which. */
  readonly verifiedGone: boolean;
  readonly survivors: readonly string[];
  readonly message?: string;
}

export type SpoolStream = 'stdout' | 'stderr' | 'metrics';

export interface CancelProgress {
  readonly phase: 'requested' | 'signalled' | 'killed' | 'verified-gone';
  readonly evidence: string;
  readonly survivors: readonly string[];
}

/** One file of a run's outputs. */
export interface OutputFile {
  /** `outputs/model.pkl`: from the project root, / between names. */
  readonly path: string;
  readonly size: number;
  open(): Promise<Readable>;
}

export interface CheckFact {
  readonly name: string;
  readonly verdict: 'ok' | 'warning' | 'failed' | 'unknown';
  readonly value: string;
  readonly remedy?: string;
}

/**
 * How runs are executed on one kind of target. A driver holds no state between calls: everything about a run is in its
 * specification, its handle and on the target. Failures are `AppError`s; one with `retryable: true` and
 * `blame: 'target'` means the target could not be reached, and says nothing about the run.
 */
export interface TargetDriver {
  readonly kind: TargetKind;

  /** Is the target usable? Never throws for what it finds; each fact has a verdict and, where it fails, a remedy. */
  check(target: ComputeTargetSettings, context: DriverContext): Promise<readonly CheckFact[]>;

  /** The handle of a run, without touching the target. */
  handleFor(specification: RunSpecification): RunHandle;

  /** Puts snapshot, SDK and request into the run folder. Repeating it is harmless; what is complete is not done again. */
  stage(handle: RunHandle, input: LaunchInput, context: DriverContext): Promise<void>;

  /** Starts the supervisor, once: a repeated launch finds the first one. @returns the handle with `launched` filled in. */
  launch(handle: RunHandle, input: LaunchInput, context: DriverContext): Promise<RunHandle>;

  observe(handle: RunHandle, context: DriverContext): Promise<Observation>;

  /** Bytes of a spool file from an offset, at most `limit`; empty where there is nothing more yet. */
  read(
    handle: RunHandle,
    stream: SpoolStream,
    offset: number,
    limit: number,
    context: DriverContext,
  ): Promise<Buffer>;

  /** Resolves when something may have changed (bytes, end), at the latest after `milliseconds`. */
  waitForChange(
    handle: RunHandle,
    seen: Observation,
    milliseconds: number,
    context: DriverContext,
  ): Promise<void>;

  /** Asks for the end of the run, waits for the grace of the request, and says how far it got. `verified-gone` only with proof. */
  cancel(handle: RunHandle, context: DriverContext): Promise<CancelProgress>;

  /** The files below `outputs/` and those given to `upload_file`; what is refused (links that lead outside, devices) is named in `refused`. */
  collect(
    handle: RunHandle,
    context: DriverContext,
  ): Promise<{ readonly files: readonly OutputFile[]; readonly refused: readonly string[] }>;

  /** Gives back what a run that is over and recorded does not need any more, such as its container; optional, `clean` does it too. */
  retire?(handle: RunHandle, context: DriverContext): Promise<void>;

  /** Removes the run folder and container of this run, and only that. @returns bytes freed, null where unknown. */
  clean(
    handle: RunHandle,
    context: DriverContext,
  ): Promise<{ readonly removed: readonly string[]; readonly bytes: number | null }>;

  /** Files worth having when something went wrong: control folder, versions, state of the container. */
  diagnose(
    handle: RunHandle,
    context: DriverContext,
  ): Promise<readonly { readonly path: string; readonly content: Buffer }[]>;
}
