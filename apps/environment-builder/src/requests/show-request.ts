import type { EnvironmentRequestBody, ErrorBody } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { AppError } from '@aml/errors';
import type { z } from 'zod';

type RequestBody = z.infer<typeof EnvironmentRequestBody>;

const LOOK_MS = 25;

interface RequestRow {
  readonly request_id: string;
  readonly state: RequestBody['state'];
  readonly identity: string | null;
  readonly build_id: string | null;
  readonly image: string | null;
  readonly reused: boolean;
  readonly seconds: number | null;
  readonly error: ErrorBody | null;
  readonly warnings: string[];
}

/** How far a request for an environment is. */
export class ShowRequest {
  constructor(private readonly database: DataSource) {}

  /**
   * Waits until something is decided, at most `waitSeconds`; also for the request itself, which comes here as an event
   * and may be asked for before that. @throws AppError `request-unknown`.
   */
  async execute(requestId: string, waitSeconds: number): Promise<RequestBody> {
    for (const deadline = Date.now() + waitSeconds * 1000; ;) {
      const request = await this.load(requestId);
      const decided = request !== undefined && request.state !== 'waiting';
      if (!decided && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      else if (request !== undefined) return request;
      else
        throw new AppError({
          code: 'request-unknown',
          message: `there is no request ${requestId}`,
          blame: 'user',
        });
    }
  }

  private async load(requestId: string): Promise<RequestBody | undefined> {
    const rows = (await this.database.query('SELECT * FROM environment_request WHERE request_id = $1', [
      requestId,
    ])) as RequestRow[];
    const row = rows[0];
    if (!row) return undefined;
    const { identity, image, reused, seconds, error, warnings } = row;
    // What was built for it waits only to be handed over.
    const state = row.state === 'waiting' && row.build_id !== null ? 'building' : row.state;
    return {
      requestId: row.request_id,
      state,
      identity,
      buildId: row.build_id,
      image,
      reused,
      seconds,
      error,
      warnings,
    };
  }
}
