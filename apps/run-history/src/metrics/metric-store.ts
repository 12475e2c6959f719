import type { MetricPoint } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { AppError } from '@aml/errors';
import type { z } from 'zod';
import type { RunSignals } from '../record/run-signals';
import { lockRun } from '../storage/run-lock';
import { RunEntity } from '../storage/run.entity';
import { addToCounts, addToSummary, readMetricLines, type LoggedPoint } from './metric-lines';

const SUMMARY_COLUMNS = {
  runId: true,
  metrics: true,
  metricsLast: true,
  metricsCounts: true,
  properties: true,
  tags: true,
  claims: true,
  metricsOffset: true,
} as const;

/** What scripts logged: every point, and a summary in the record. */
export class MetricStore {
  constructor(
    private readonly database: DataSource,
    private readonly signals: RunSignals,
  ) {}

  /**
   * Lines of metrics.jsonl that lie between two byte offsets. A repeat changes nothing.
   * @returns how far the record has got. @throws AppError `log-gap`, `lease-lost`, `run-not-recorded`.
   */
  async append(
    runId: string,
    range: { fence: number; offset: number; end: number },
    lines: readonly string[],
  ): Promise<number> {
    const reached = await this.database.transaction(async (manager) => {
      await lockRun(manager, runId, range.fence);
      const run = await manager.findOneOrFail(RunEntity, { where: { runId }, select: SUMMARY_COLUMNS });
      if (range.offset > run.metricsOffset) {
        throw new AppError({
          code: 'log-gap',
          message: `the metrics of ${runId} end at byte ${run.metricsOffset}; ${range.offset} would leave a gap`,
        });
      }
      if (range.offset < run.metricsOffset) return run.metricsOffset;
      const { points, properties, tags, claims } = readMetricLines(lines);
      await insertPoints(manager, runId, points);
      await manager.update(
        RunEntity,
        { runId },
        {
          metrics: addToSummary(run.metrics, run.metricsCounts, points) as never,
          metricsLast: { ...run.metricsLast, ...lastNumbers(points) },
          metricsCounts: addToCounts(run.metricsCounts, points),
          properties: { ...run.properties, ...properties },
          tags: { ...run.tags, ...tags },
          claims: [...run.claims, ...claims],
          metricsOffset: range.end,
        },
      );
      return range.end;
    });
    this.signals.changed(runId);
    return reached;
  }

  async list(runId: string, name: string | undefined): Promise<z.infer<typeof MetricPoint>[]> {
    const rows = (await this.database.query(
      'SELECT name, kind, value, logged_at FROM metric WHERE run_id = $1 AND ($2::text IS NULL OR name = $2) ORDER BY seq',
      [runId, name ?? null],
    )) as { name: string; kind: string; value: unknown; logged_at: number }[];
    return rows.map((row) => ({ name: row.name, kind: row.kind, value: row.value, time: row.logged_at }));
  }
}

async function insertPoints(
  manager: { query(sql: string, parameters: unknown[]): Promise<unknown> },
  runId: string,
  points: readonly LoggedPoint[],
): Promise<void> {
  if (points.length === 0) return;
  await manager.query(
    `INSERT INTO metric (run_id, name, kind, value, logged_at)
     SELECT $1, name, kind, value, logged_at FROM jsonb_to_recordset($2) AS p(name text, kind text, value jsonb, logged_at double precision)`,
    [
      runId,
      JSON.stringify(points.map(({ name, kind, value, time }) => ({ name, kind, value, logged_at: time }))),
    ],
  );
}

function lastNumbers(points: readonly LoggedPoint[]): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const { name, value } of points) {
    const last: unknown = Array.isArray(value) ? value.at(-1) : value;
    if (typeof last === 'number') numbers[name] = last;
    else if (typeof last === 'boolean') numbers[name] = Number(last);
  }
  return numbers;
}
