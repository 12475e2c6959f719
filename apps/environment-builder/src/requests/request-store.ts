import { toJsonb, type DataSource, type EntityManager } from '@aml/database';
import type { EventData, environmentRequestedV1 } from '@aml/contracts';
import { createHash } from 'node:crypto';

export type EnvironmentRequest = EventData<typeof environmentRequestedV1>;

/** A request that has no answer yet. */
export interface OpenRequest {
  readonly request: EnvironmentRequest;
  /** The build that was made for it and has ended, if one was. */
  readonly buildId: string | null;
}

interface RequestRow {
  readonly request: EnvironmentRequest;
  readonly build_id: string | null;
}

function openRequest({ request, build_id: buildId }: RequestRow): OpenRequest {
  return { request, buildId };
}

/** Answers in one transaction at most, so that a thousand of them do not stop everything else. */
const PORTION = 100;

/** Equal keys have equal answers: they are decided together. */
export function inputKeyOf({ engine, inputs, refreshBase }: EnvironmentRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([engine, inputs, refreshBase]))
    .digest('hex');
}

/** The requests for environments, each until it is answered: `waiting` for a decision, then perhaps `building`. */
export class RequestStore {
  constructor(private readonly database: DataSource) {}

  async add(manager: EntityManager, request: EnvironmentRequest): Promise<void> {
    await manager.query(
      `INSERT INTO environment_request (request_id, run_id, engine, input_key, request, state)
       VALUES ($1, $2, $3, $4, $5, 'waiting') ON CONFLICT DO NOTHING`,
      [request.requestId, request.runId, request.engine, inputKeyOf(request), toJsonb(request)],
    );
  }

  /** The input keys that wait for a decision, longest first. */
  async waitingKeys(): Promise<string[]> {
    const rows = (await this.database.query(
      `SELECT input_key FROM environment_request WHERE state = 'waiting' GROUP BY input_key ORDER BY min(requested_at) LIMIT 100`,
    )) as { input_key: string }[];
    return rows.map((row) => row.input_key);
  }

  /** One of those that wait with this key. */
  async example(inputKey: string): Promise<OpenRequest | undefined> {
    const rows = (await this.database.query(
      `SELECT request, build_id FROM environment_request WHERE state = 'waiting' AND input_key = $1 ORDER BY requested_at LIMIT 1`,
      [inputKey],
    )) as RequestRow[];
    return rows.map(openRequest)[0];
  }

  /** A portion of those that wait with this key, locked; those that another process has are left out. */
  async take(manager: EntityManager, inputKey: string): Promise<OpenRequest[]> {
    const rows = (await manager.query(
      `SELECT request, build_id FROM environment_request WHERE state = 'waiting' AND input_key = $1
       ORDER BY requested_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [inputKey, PORTION],
    )) as RequestRow[];
    return rows.map(openRequest);
  }

  /** Requests and builds that are under way. */
  async countOpen(): Promise<number> {
    const rows = (await this.database.query(
      `SELECT count(*)::int AS open FROM environment_request WHERE state IN ('waiting', 'building')`,
    )) as { open: number }[];
    return rows[0]?.open ?? 0;
  }
}
