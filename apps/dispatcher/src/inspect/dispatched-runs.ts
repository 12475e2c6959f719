import type { DispatchBody } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { AppError } from '@aml/errors';
import { DispatchedRunEntity } from '../storage/dispatched-run.entity';
import type { z } from 'zod';

type Dispatch = z.infer<typeof DispatchBody>;

/** Where runs stand. */
export class DispatchedRuns {
  constructor(private readonly database: DataSource) {}

  async active(): Promise<Dispatch[]> {
    const runs = await this.database
      .getRepository(DispatchedRunEntity)
      .find({ where: { final: false }, order: { seq: 'ASC' } });
    const places = new Map<string, number>();
    return runs.map((run) => {
      if (run.state !== 'Queued') return dispatchBody(run, null);
      const place = (places.get(run.targetKey) ?? 0) + 1;
      places.set(run.targetKey, place);
      return dispatchBody(run, place);
    });
  }

  countActive(): Promise<number> {
    return this.database.getRepository(DispatchedRunEntity).countBy({ final: false });
  }

  /** @throws AppError `run-unknown`. */
  async find(runId: string): Promise<DispatchedRunEntity> {
    const run = await this.database.getRepository(DispatchedRunEntity).findOneBy({ runId });
    if (run) return run;
    throw new AppError({
      code: 'run-unknown',
      message: `there is no run ${JSON.stringify(runId)}`,
      hint: 'aml history list',
      blame: 'user',
    });
  }

  async show(runId: string): Promise<Dispatch> {
    const run = await this.find(runId);
    if (run.state !== 'Queued') return dispatchBody(run, null);
    const rows = (await this.database.query(
      `SELECT count(*)::int AS before FROM dispatched_run WHERE NOT final AND state = 'Queued' AND target_key = $1 AND seq <= $2`,
      [run.targetKey, run.seq],
    )) as { before: number }[];
    return dispatchBody(run, rows[0]?.before ?? null);
  }
}

function dispatchBody(run: DispatchedRunEntity, position: number | null): Dispatch {
  const { leaseOwner, leaseUntil, fence } = run;
  return {
    runId: run.runId,
    state: run.state,
    reason: run.reason,
    targetKind: run.specification.target.kind,
    targetName: run.specification.target.name,
    position,
    lease:
      leaseOwner === null || leaseUntil === null
        ? null
        : { owner: leaseOwner, fence, expiresUtc: leaseUntil.toISOString() },
    handle: run.handle === null ? null : { ...run.handle },
    cancelRequestedUtc: run.cancelRequestedAt?.toISOString() ?? null,
  };
}
