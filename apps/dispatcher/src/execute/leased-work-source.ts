import type { ServiceClients } from '@aml/api-client';
import { unwrap } from '@aml/api-client';
import { toJsonb } from '@aml/database';
import type { RunWork, WorkSource } from '@aml/executor';
import type { Transactions } from '@aml/messaging';
import type { RunHandle } from '@aml/targets';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { DispatcherSettings } from '../settings';
import { changeState, leaseLost } from '../storage/change-run';
import { DispatchedRunEntity } from '../storage/dispatched-run.entity';
import type { LeaseSignals } from './lease-signals';

/** A change in another process is seen at the latest after this time. */
const LOOK_AGAIN_MS = 1_000;
const LEASE_LOCK = 7001;

/**
 * The next run to lease, locked: first those that someone began and left (their lease ran out), then the queue, first
 * in first out per target, as long as the target has a place. A run that changes meanwhile, such as by a cancel, is not it.
 */
const NEXT = `
  WITH busy AS MATERIALIZED (
    SELECT target_key, count(*) AS runs FROM dispatched_run
    WHERE NOT final AND state NOT IN ('NotStarted', 'Queued', 'Preparing') GROUP BY target_key)
  SELECT r.run_id FROM dispatched_run r
  WHERE NOT r.final AND r.ready AND (r.lease_until IS NULL OR r.lease_until < now())
    AND (r.state <> 'Queued' OR coalesce((SELECT runs FROM busy WHERE busy.target_key = r.target_key), 0) < $1)
  ORDER BY r.state = 'Queued', r.seq LIMIT 1 FOR UPDATE OF r SKIP LOCKED`;

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
      const { run_id: runId } = rows[0];
      const run = await unit.manager.findOneByOrFail(DispatchedRunEntity, { runId });
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

  async renew(runId: string, fence: number): Promise<{ cancelRequested: boolean }> {
    const [rows] = (await this.transactions.database.query(
      `UPDATE dispatched_run SET lease_until = now() + make_interval(secs => $3)
       WHERE run_id = $1 AND fence = $2 AND NOT final RETURNING cancel_requested_at`,
      [runId, fence, this.settings.AML_LEASE_SECONDS],
    )) as [{ cancel_requested_at: Date | null }[]];
    if (!rows[0]) throw leaseLost(runId, fence);
    return { cancelRequested: rows[0].cancel_requested_at !== null };
  }

  async saveHandle(runId: string, fence: number, handle: RunHandle): Promise<void> {
    const [, count] = (await this.transactions.database.query(
      'UPDATE dispatched_run SET handle = $3 WHERE run_id = $1 AND fence = $2 AND NOT final',
      [runId, fence, toJsonb(handle)],
    )) as [unknown, number];
    if (count === 0) throw leaseLost(runId, fence);
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
