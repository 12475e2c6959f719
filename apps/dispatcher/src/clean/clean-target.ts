import type { InputOf, ResultOf, dispatcherApi } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { toErrorData } from '@aml/errors';
import type { TargetKind } from '@aml/run-model';
import type { TargetDriver } from '@aml/targets';
import { IsNull, Not } from 'typeorm';
import { DispatchedRunEntity } from '../storage/dispatched-run.entity';

type Endpoint = typeof dispatcherApi.endpoints.cleanTarget;

/** Removes what final runs left on their targets: run folders and containers, and nothing else. The record stays. */
export class CleanTarget {
  constructor(
    private readonly database: DataSource,
    private readonly drivers: ReadonlyMap<TargetKind, TargetDriver>,
  ) {}

  async execute(wanted: InputOf<Endpoint>['body']): Promise<ResultOf<Endpoint>> {
    const runs = await this.database.getRepository(DispatchedRunEntity).find({
      where: {
        projectId: wanted.projectId,
        handle: Not(IsNull()),
        cleanedAt: IsNull(),
        ...(wanted.runId === undefined ? {} : { runId: wanted.runId }),
      },
      order: { seq: 'ASC' },
    });
    const removed: ResultOf<Endpoint>['removed'] = [];
    const kept: ResultOf<Endpoint>['kept'] = [];
    for (const run of runs) {
      if (wanted.targetName !== undefined && run.specification.target.name !== wanted.targetName) continue;
      if (run.handle === null) continue;
      if (!run.final) {
        kept.push({ runId: run.runId, reason: `it is ${run.state}` });
      } else if (wanted.dryRun) {
        removed.push({ runId: run.runId, what: run.handle.runFolder, bytes: null });
      } else {
        await this.clean(run, removed, kept);
      }
    }
    return { removed, kept };
  }

  private async clean(
    run: DispatchedRunEntity,
    removed: ResultOf<Endpoint>['removed'],
    kept: ResultOf<Endpoint>['kept'],
  ): Promise<void> {
    const driver = this.drivers.get(run.specification.target.kind);
    if (!driver || !run.handle) return;
    try {
      const done = await driver.clean(run.handle, {
        signal: AbortSignal.timeout(120_000),
        note: () => undefined,
      });
      removed.push({ runId: run.runId, what: done.removed.join(', '), bytes: done.bytes });
      await this.database.query('UPDATE dispatched_run SET cleaned_at = now() WHERE run_id = $1', [
        run.runId,
      ]);
    } catch (error) {
      kept.push({ runId: run.runId, reason: toErrorData(error).message });
    }
  }
}
