import type { InputOf, RunRecordBody, runHistoryApi } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { AppError } from '@aml/errors';
import type { SelectQueryBuilder } from 'typeorm';
import { loadExtras } from '../storage/run-extras';
import { RunEntity } from '../storage/run.entity';
import { runRecord } from './run-record';

type ListQuery = InputOf<typeof runHistoryApi.endpoints.listRuns>['query'];

/** What may be sorted by, besides `metrics.NAME`. */
const SORT_COLUMNS: Readonly<Record<string, string>> = {
  created_utc: 'run.createdAt',
  start_time_utc: 'run.startedAt',
  end_time_utc: 'run.endedAt',
  duration: 'run.durationMs',
  run_number: 'run.runNumber',
  script_name: 'run.script',
  target: 'run.target',
  status: 'run.status',
  name: 'run.name',
};

/** Of these a record may have none; such records come last. The index serves the others. */
const NULLABLE: ReadonlySet<string> = new Set(['start_time_utc', 'end_time_utc', 'duration', 'name']);

/** Records with filters, sort and paging; the cursor is the number of records before the page. */
export class ListRuns {
  constructor(private readonly database: DataSource) {}

  async execute(query: ListQuery): Promise<{ items: RunRecordBody[]; next: string | null; total: number }> {
    const select = this.database.getRepository(RunEntity).createQueryBuilder('run');
    filter(select, query);
    sort(select, query.sort);
    const start = Number(query.cursor ?? 0);
    const [runs, total] = await select.skip(start).take(query.limit).getManyAndCount();
    const extrasOf = await loadExtras(
      this.database,
      runs.map(({ runId }) => runId),
    );
    const items = runs.map((run) => runRecord(run, extrasOf(run.runId)));
    const next = start + runs.length < total ? String(start + runs.length) : null;
    return { items, next, total };
  }
}

function filter(select: SelectQueryBuilder<RunEntity>, query: ListQuery): void {
  if (!query.hidden) select.andWhere('run.hidden = false');
  if (query.projectId) select.andWhere('run.projectId = :projectId', { projectId: query.projectId });
  if (query.status)
    select.andWhere('lower(run.status) IN (:...status)', {
      status: query.status.map((each) => each.toLowerCase()),
    });
  if (query.target) select.andWhere('run.target IN (:...target)', { target: query.target });
  if (query.script) select.andWhere('run.script = :script', { script: query.script });
  if (query.name) select.andWhere('run.name = :name', { name: query.name });
  if (query.since) select.andWhere('run.createdAt >= :since', { since: query.since });
  if (query.until) select.andWhere('run.createdAt < :until', { until: query.until });
  query.tag?.forEach((tag, index) => {
    const cut = tag.indexOf('=');
    const key = cut < 0 ? tag : tag.slice(0, cut);
    if (cut < 0) select.andWhere(`jsonb_exists(run.tags, :tag${index})`, { [`tag${index}`]: key });
    else
      select.andWhere(`run.tags ->> :tag${index} = :tagValue${index}`, {
        [`tag${index}`]: key,
        [`tagValue${index}`]: tag.slice(cut + 1),
      });
  });
  query.metric?.forEach((text, index) => filterMetric(select, text, index));
}

function filterMetric(select: SelectQueryBuilder<RunEntity>, text: string, index: number): void {
  const match = /^(.+?)(>=|<=|!=|>|<|=)(.*)$/s.exec(text);
  const name = `metric${index}`;
  if (!match) {
    select.andWhere(`jsonb_exists(run.metrics, :${name})`, { [name]: text });
    return;
  }
  const [, metric, operator, value] = match;
  const number = Number(value);
  if (value?.trim() === '' || Number.isNaN(number)) {
    if (operator !== '=' && operator !== '!=') throw badFilter(text);
    select.andWhere(`run.metrics ->> :${name} ${operator} :${name}Value`, {
      [name]: metric?.trim(),
      [`${name}Value`]: value,
    });
    return;
  }
  select.andWhere(`(run.metricsLast ->> :${name})::double precision ${operator} :${name}Value`, {
    [name]: metric?.trim(),
    [`${name}Value`]: number,
  });
}

function badFilter(text: string): AppError {
  return new AppError({
    code: 'filter-malformed',
    message: `${JSON.stringify(text)} is not a filter for a metric`,
    hint: 'Write NAME, NAME>0.9, NAME<=2 or NAME=text.',
    blame: 'user',
  });
}

function sort(select: SelectQueryBuilder<RunEntity>, text: string): void {
  const direction = text.startsWith('-') ? 'DESC' : 'ASC';
  const field = text.replace(/^[-+]/, '');
  if (field.startsWith('metrics.')) {
    select
      .addSelect('(run.metrics_last ->> :sortMetric)::double precision', 'sort_value')
      .setParameter('sortMetric', field.slice(8));
    select.orderBy('sort_value', direction, 'NULLS LAST');
  } else {
    const column = SORT_COLUMNS[field];
    if (!column) {
      throw new AppError({
        code: 'sort-malformed',
        message: `records cannot be sorted by ${JSON.stringify(field)}`,
        hint: `Sort by ${Object.keys(SORT_COLUMNS).join(', ')} or metrics.NAME; - in front for descending.`,
        blame: 'user',
      });
    }
    if (NULLABLE.has(field)) select.orderBy(column, direction, 'NULLS LAST');
    else select.orderBy(column, direction);
  }
  const newest = field === 'created_utc' ? direction : 'DESC';
  select.addOrderBy('run.createdAt', newest).addOrderBy('run.runId', newest);
}
