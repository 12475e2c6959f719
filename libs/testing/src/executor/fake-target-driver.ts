import { AppError } from '@aml/errors';
import type { RunSpecification } from '@aml/contracts';
import type {
  CancelProgress,
  CheckFact,
  DriverContext,
  ExitRecord,
  LaunchInput,
  Observation,
  OutputFile,
  RunHandle,
  SpoolStream,
  TargetDriver,
} from '@aml/targets';
import { Readable } from 'node:stream';
import type { ManualClock } from './manual-clock';

/** What a script that ended by itself leaves. */
export function anExit(given: Partial<ExitRecord> = {}): ExitRecord {
  return {
    reason: 'exited',
    exitCode: 0,
    signal: null,
    startedAt: '2024-01-01T00:00:00.000Z',
    endedAt: '2024-01-01T00:00:01.000Z',
    durationSeconds: 1,
    leftovers: [],
    verifiedGone: true,
    survivors: [],
    ...given,
  };
}

/** A target with one run, whose script is played by the test. */
export class FakeTargetDriver implements TargetDriver {
  readonly kind = 'local-python';
  readonly stages: string[] = [];
  /** Scripts that were started; more than one is what must never be. */
  starts = 0;
  cancels = 0;
  retired = 0;
  /** No call gets through. */
  unreachable = false;
  /** Thrown by the next stage or launch. */
  stageError: AppError | undefined;
  launchError: AppError | undefined;
  /** The answer to the launch does not arrive, though the launch does. */
  loseLaunchAnswer = false;
  /** Staging takes until this resolves. */
  holdStage: Promise<void> | undefined;
  /** What a cancel does; default: the script ends, proved. */
  onCancel: (() => CancelProgress) | undefined;
  outputs: Record<string, string | AppError> = {};
  refused: string[] = [];
  /** The longest portion that a read gives. */
  portion = Number.MAX_SAFE_INTEGER;

  private readonly spool = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), metrics: Buffer.alloc(0) };
  private launched = false;
  private exit: ExitRecord | null = null;
  private lost = false;
  private changed = new Set<() => void>();

  constructor(private readonly clock: ManualClock) {}

  write(stream: SpoolStream, content: string | Buffer): void {
    this.spool[stream] = Buffer.concat([this.spool[stream], Buffer.from(content)]);
    this.wake();
  }

  end(given: Partial<ExitRecord> = {}): void {
    this.exit = anExit(given);
    this.lost = given.reason === 'lost';
    this.wake();
  }

  async check(): Promise<readonly CheckFact[]> {
    return [];
  }

  handleFor(specification: RunSpecification): RunHandle {
    return {
      kind: this.kind,
      runId: specification.runId,
      host: 'local',
      runFolder: `/w/runs/${specification.runId}`,
    };
  }

  async stage(_handle: RunHandle, input: LaunchInput, context: DriverContext): Promise<void> {
    this.reach();
    await this.holdStage;
    context.signal.throwIfAborted();
    failOnce(this, 'stageError');
    let archive = '';
    for await (const chunk of await input.snapshot.openArchive(context.signal)) archive += String(chunk);
    this.stages.push(archive);
  }

  async launch(handle: RunHandle): Promise<RunHandle> {
    this.reach();
    failOnce(this, 'launchError');
    if (!this.launched) this.starts += 1;
    this.launched = true;
    if (this.loseLaunchAnswer) {
      this.loseLaunchAnswer = false;
      throw outOfReach();
    }
    return { ...handle, launched: { supervisorPid: 4711 } };
  }

  async observe(): Promise<Observation> {
    this.reach();
    const { stdout, stderr, metrics } = this.spool;
    const running = this.launched ? 'running' : 'not-launched';
    return {
      state: this.lost ? 'lost' : this.exit ? 'ended' : running,
      evidence: this.exit ? `exit.json says ${this.exit.reason}` : 'supervisor 4711 lives',
      exit: this.exit,
      startedAt: this.launched ? '2024-01-01T00:00:00.000Z' : null,
      sizes: { stdout: stdout.length, stderr: stderr.length, metrics: metrics.length },
    };
  }

  async read(_handle: RunHandle, stream: SpoolStream, offset: number, limit: number): Promise<Buffer> {
    this.reach();
    return this.spool[stream].subarray(offset, offset + Math.min(limit, this.portion));
  }

  async waitForChange(
    _handle: RunHandle,
    seen: Observation,
    milliseconds: number,
    context: DriverContext,
  ): Promise<void> {
    this.reach();
    const { sizes, exit } = await this.observe();
    if (exit !== null || JSON.stringify(sizes) !== JSON.stringify(seen.sizes)) return;
    await new Promise<void>((resolve, reject) => {
      this.changed.add(resolve);
      this.clock.sleep(milliseconds, context.signal).then(resolve, reject);
    });
  }

  async cancel(): Promise<CancelProgress> {
    this.reach();
    this.cancels += 1;
    if (this.onCancel) return this.onCancel();
    if (this.launched && !this.exit) this.end({ reason: 'canceled', exitCode: null, signal: 'SIGTERM' });
    return { phase: 'verified-gone', evidence: this.launched ? 'exit.json' : 'never started', survivors: [] };
  }

  async collect(): Promise<{ files: readonly OutputFile[]; refused: readonly string[] }> {
    this.reach();
    const files = Object.entries(this.outputs).map(([path, content]) => ({
      path,
      size: content instanceof AppError ? 0 : content.length,
      open: async () => {
        if (content instanceof AppError) throw content;
        return Readable.from([Buffer.from(content)]);
      },
    }));
    return { files, refused: this.refused };
  }

  async retire(): Promise<void> {
    this.retired += 1;
  }

  async clean(): ReturnType<TargetDriver['clean']> {
    return { removed: [], bytes: null };
  }

  async diagnose(): ReturnType<TargetDriver['diagnose']> {
    return [];
  }

  private reach(): void {
    if (this.unreachable) throw outOfReach();
  }

  private wake(): void {
    this.changed.forEach((resolve) => resolve());
    this.changed.clear();
  }
}

function failOnce(driver: FakeTargetDriver, name: 'stageError' | 'launchError'): void {
  const error = driver[name];
  driver[name] = undefined;
  if (error) throw error;
}

function outOfReach(): AppError {
  return new AppError({
    code: 'target-unreachable',
    message: 'no route to host',
    retryable: true,
    blame: 'target',
  });
}
