import type { ServiceClients } from '@aml/api-client';
import { unwrap } from '@aml/api-client';
import { storableText } from '@aml/database';
import type { StateEvidence } from '@aml/contracts';
import type { RunOutcome, RunReporter } from '@aml/executor';
import type { Transactions } from '@aml/messaging';
import { mayFollow, type RunState } from '@aml/run-model';
import { Readable } from 'node:stream';
import type { LeaseSignals } from './lease-signals';
import { changeState, finishRun, lockLeased } from '../storage/change-run';

type Stream = 'stdout' | 'stderr' | 'control';

/** States into the dispatcher's table (and from there into events), bytes to run-history. */
export class HistoryReporter implements RunReporter {
  constructor(
    private readonly transactions: Transactions,
    private readonly services: ServiceClients,
    private readonly signals: LeaseSignals,
  ) {}

  changeState(runId: string, fence: number, to: RunState, why: StateEvidence): Promise<void> {
    return this.transactions.run(async (unit) => {
      const run = await lockLeased(unit, runId, fence);
      const canceling = run.cancelRequestedAt !== null && (to === 'Starting' || to === 'Running');
      if (run.state === to && run.reason === why.reason) return;
      if (run.state === to) {
        await unit.manager.query('UPDATE dispatched_run SET reason = $2 WHERE run_id = $1', [
          runId,
          storableText(why.reason),
        ]);
      } else if (canceling && run.state === 'NotResponding') {
        await changeState(unit, run, 'CancelRequested', why);
      } else if (!canceling || mayFollow(run.state, to)) {
        await changeState(unit, run, to, why);
      }
    });
  }

  async positions(runId: string): ReturnType<RunReporter['positions']> {
    const found = await unwrap(
      this.services.runHistory.GET('/runs/{runId}/positions', { params: { path: { runId } } }),
    );
    const logOf = (stream: Stream) => found.logs.find((log) => log.stream === stream);
    const sizeOf = (stream: Stream): number => logOf(stream)?.bytes ?? 0;
    return {
      stdout: sizeOf('stdout'),
      stderr: sizeOf('stderr'),
      control: sizeOf('control'),
      metrics: found.metricsOffset,
      artifacts: new Map(found.artifacts.map(({ path, sha256 }) => [path, sha256])),
      masked: {
        stdout: logOf('stdout')?.masked ?? 0,
        stderr: logOf('stderr')?.masked ?? 0,
        control: logOf('control')?.masked ?? 0,
      },
    };
  }

  async appendLog(
    runId: string,
    fence: number,
    stream: Stream,
    offset: number,
    bytes: Buffer,
    masked: number,
  ): Promise<number> {
    const path = `/runs/${encodeURIComponent(runId)}/logs/${stream}/${offset}?fence=${fence}&masked=${masked}`;
    const response = await this.services.raw('run-history', path, {
      method: 'PUT',
      body: new Uint8Array(bytes),
      headers: { 'content-type': 'application/octet-stream' },
    });
    return ((await response.json()) as { size: number }).size;
  }

  async sealLog(runId: string, fence: number, stream: Stream, size: number): Promise<void> {
    const params = { path: { runId, stream } };
    await unwrap(
      this.services.runHistory.POST('/runs/{runId}/logs/{stream}/seal', { params, body: { fence, size } }),
    );
  }

  async appendMetrics(
    runId: string,
    fence: number,
    offset: number,
    end: number,
    lines: readonly string[],
  ): Promise<void> {
    const body = { fence, offset, end, lines: [...lines] };
    await unwrap(
      this.services.runHistory.POST('/runs/{runId}/metrics', { params: { path: { runId } }, body }),
    );
  }

  async storeArtifact(
    runId: string,
    fence: number,
    path: string,
    _size: number,
    open: () => Promise<Readable>,
  ): Promise<void> {
    const query = new URLSearchParams({ path, fence: String(fence) }).toString();
    await this.services.raw('run-history', `/runs/${encodeURIComponent(runId)}/artifacts?${query}`, {
      method: 'PUT',
      body: Readable.toWeb(await open()) as unknown as ReadableStream,
      duplex: 'half',
      headers: { 'content-type': 'application/octet-stream' },
    });
  }

  async finish(runId: string, fence: number, outcome: RunOutcome): Promise<void> {
    await this.transactions.run(async (unit) => {
      const run = await lockLeased(unit, runId, fence);
      await finishRun(unit, run, {
        status: outcome.status,
        why: outcome.why,
        error: outcome.error,
        exitCode: outcome.exit?.exitCode ?? null,
        signal: outcome.exit?.signal ?? null,
        scriptStartedAt: outcome.exit?.startedAt ?? null,
        scriptEndedAt: outcome.exit?.endedAt ?? null,
        durationSeconds: outcome.exit?.durationSeconds ?? null,
        warnings: outcome.warnings,
      });
    });
    this.signals.workArrived();
  }
}
