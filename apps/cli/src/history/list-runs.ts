import { unwrap, type ServiceClients } from '@aml/api-client';
import { AppError } from '@aml/errors';
import { RUN_STATES } from '@aml/run-model';
import type { RunRecord } from './run-record';

/** Which runs, and in which order. */
export interface RunFilter {
  /** Undefined: of all projects. */
  readonly projectId: string | undefined;
  readonly status: readonly string[];
  readonly target: readonly string[];
  readonly script: string | undefined;
  readonly name: string | undefined;
  readonly tag: readonly string[];
  /** `NAME`, `NAME>0.9`. */
  readonly metric: readonly string[];
  /** ISO 8601. */
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly sort: string | undefined;
  readonly hidden: boolean;
  /** Undefined: all of them. */
  readonly limit: number | undefined;
}

export const NO_FILTER: RunFilter = {
  projectId: undefined,
  status: [],
  target: [],
  script: undefined,
  name: undefined,
  tag: [],
  metric: [],
  since: undefined,
  until: undefined,
  sort: undefined,
  hidden: false,
  limit: undefined,
};

const PAGE = 1000;

/** Records page by page until the limit is reached. */
export async function listRuns(
  clients: ServiceClients,
  filter: RunFilter,
): Promise<{ readonly runs: readonly RunRecord[]; readonly total: number }> {
  const runs: RunRecord[] = [];
  let cursor: string | null = null;
  let total = 0;
  do {
    const page = await readPage(
      clients,
      filter,
      Math.min(PAGE, (filter.limit ?? Infinity) - runs.length),
      cursor,
    );
    runs.push(...page.items);
    total = page.total;
    cursor = page.next;
  } while (cursor !== null && runs.length < (filter.limit ?? Infinity));
  return { runs, total };
}

async function readPage(
  clients: ServiceClients,
  filter: RunFilter,
  limit: number,
  cursor: string | null,
): Promise<{ items: RunRecord[]; next: string | null; total: number }> {
  return unwrap(
    clients.runHistory.GET('/runs', {
      params: {
        query: {
          limit,
          ...(cursor === null ? {} : { cursor }),
          ...(filter.projectId === undefined ? {} : { projectId: filter.projectId }),
          ...(filter.status.length === 0 ? {} : { status: filter.status.map(stateOf) }),
          ...(filter.target.length === 0 ? {} : { target: [...filter.target] }),
          ...(filter.script === undefined ? {} : { script: filter.script }),
          ...(filter.name === undefined ? {} : { name: filter.name }),
          ...(filter.tag.length === 0 ? {} : { tag: [...filter.tag] }),
          ...(filter.metric.length === 0 ? {} : { metric: [...filter.metric] }),
          ...(filter.since === undefined ? {} : { since: filter.since }),
          ...(filter.until === undefined ? {} : { until: filter.until }),
          ...(filter.sort === undefined ? {} : { sort: filter.sort }),
          ...(filter.hidden ? { hidden: 'true' as const } : {}),
        },
      },
    }),
  );
}

/** A state however its capitals are typed. @throws AppError `run-state-unknown` (blame: user). */
export function stateOf(text: string): string {
  const state = RUN_STATES.find((each) => each.toLowerCase() === text.trim().toLowerCase());
  if (state !== undefined) return state;
  throw new AppError({
    code: 'run-state-unknown',
    message: `\`${text}\` is not a state of a run`,
    hint: `States are ${RUN_STATES.join(', ')}.`,
    blame: 'user',
  });
}
