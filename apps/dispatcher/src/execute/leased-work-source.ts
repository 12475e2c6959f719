import type { ServiceClients } from '@aml/api-client';
import { unwrap } from '@aml/api-client';
import type { RunWork, WorkSource } from '@aml/executor';
import type { Transactions } from '@aml/messaging';
import type { RunHandle } from '@aml/targets';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { DispatcherSettings } from '../settings';
import { changeState, lockLeased } from '../storage/change-run';
import { DispatchedRunEntity } from '../storage/dispatched-run.entity';
import type { LeaseSignals } from './lease-signals';

/** A change in another process is seen at the latest after this time. */
const LOOK_AGAIN_MS = 1_000;
const LEASE_LOCK = 7001;

/**
 * The next run to lease: first those that someone began and left (their lease ran out), then the queue, first in first
 * out per target, as long as the target has a place.
 */
const NEXT = `
  SELECT run_id FROM dispatched_run r
  WHERE NOT final AND ready AND (lease_until IS NULL OR lease_until < now())
    AND (state <> 'Queued' OR (SELECT count(*) FROM dispatched_run a
      WHERE NOT a.final AND a.target_key = r.target_key AND a.state NOT IN ('Queued', 'Preparing', 'NotStarted')) < $1)
  ORDER BY state = 'Queued', seq LIMIT 1`;

/** Work out of the dispatcher's table. */
export class LeasedWorkSource implements WorkSource {
  constructor(
    private readonly transactions: Transactions,
    private readonly signals: LeaseSignals,
    private readonly services: ServiceClients,
    private readonly settings: DispatcherSettings,
  ) {}

  async lease(owner: string, waitMs: number): Promise<RunWork | undefined> {
    for (const deadline = Date.now() + waitMs; ;) {
      const woken = this.signals.nextWork(LOOK_AGAIN_MS);
      const work = await this.tryLease(owner);
      if (work || Date.now() >= deadline) return work;
      await woken;
    }
  }

  private tryLease(owner: string): Promise<RunWork | undefined> {
    return this.transactions.run(async (unit) => {
      await unit.manager.query('SELECT pg_advisory_xact_lock($1)', [LEASE_LOCK]);
      const rows = (await unit.manager.query(NEXT, [this.settings.AML_LOCAL_CONCURRENT_RUNS])) as {
        run_id: string;
      }[];
      if (!rows[0]) return undefined;
      const runId = rows[0].run_id;
      const run = await unit.manager.findOneOrFail(DispatchedRunEntity, {
        where: { runId },
        lock: { mode: 'pessimistic_write' },
      });
      run.fence += 1;
      await unit.manager.query(
        'UPDATE dispatched_run SET lease_owner = $2, fence = $3, lease_until = now() + make_interval(secs => $4) WHERE run_id = $1',
        [runId, owner, run.fence, this.settings.AML_LEASE_SECONDS],
      );
      if (run.state === 'Queued') {
        await changeState(unit, run, 'Starting', { reason: `starting on ${run.specification.target.name}` });
      }
      return workOf(run);
    });
  }

  watchCancel(runId: string, wake: () => void): () => void {
    return this.signals.onCancel(runId, wake);
  }

  renew(runId: string, fence: number): Promise<{ cancelRequested: boolean }> {
    return this.transactions.run(async (unit) => {
      const run = await lockLeased(unit, runId, fence);
      await unit.manager.query(
        'UPDATE dispatched_run SET lease_until = now() + make_interval(secs => $2) WHERE run_id = $1',
        [runId, this.settings.AML_LEASE_SECONDS],
      );
      return { cancelRequested: run.cancelRequestedAt !== null };
    });
  }

  saveHandle(runId: string, fence: number, handle: RunHandle): Promise<void> {
    return this.transactions.run(async (unit) => {
      await lockLeased(unit, runId, fence);
      await unit.manager.query('UPDATE dispatched_run SET handle = $2 WHERE run_id = $1', [
        runId,
        JSON.stringify(handle),
      ]);
    });
  }

  async openSnapshot(snapshotId: string, signal: AbortSignal): Promise<Readable> {
    const response = await this.services.raw('config-service', `/snapshots/${snapshotId}/archive`, {
      signal,
    });
    return Readable.fromWeb(response.body as ReadableStream);
  }

  async resolveSecrets(
    references: readonly string[],
    runId: string,
    fence: number,
  ): Promise<Record<string, string>> {
    if (references.length === 0) return {};
    const body = { references: [...references], runId, fence };
    return (await unwrap(this.services.targetRegistry.POST('/secrets/resolve', { body }))).values;
  }
}

function workOf(run: DispatchedRunEntity): RunWork {
  return {
    specification: run.specification,
    state: run.state,
    fence: run.fence,
    handle: run.handle,
    image: run.image,
    cancelRequested: run.cancelRequestedAt !== null,
  };
}
