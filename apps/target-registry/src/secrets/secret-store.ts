import type { SecretBody } from '@aml/contracts';
import { storableText, toJsonb, type DataSource } from '@aml/database';
import { AppError } from '@aml/errors';
import type { SealedSecret, SecretBox } from '@aml/secrets';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { secretIdOf } from './secret-reference';

type Secret = z.infer<typeof SecretBody>;

interface SecretRow {
  readonly id: string;
  readonly label: string;
  readonly sealed: SealedSecret;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
}

const contextOf = (id: string): string => `secret|${id}|1`;

/** Values that files of a project only refer to; sealed in the database, opened for the holder of a lease. */
export class SecretStore {
  constructor(
    private readonly database: DataSource,
    private readonly box: SecretBox,
  ) {}

  async store(value: string, label: string): Promise<Secret> {
    const id = randomUUID();
    const createdAt = new Date();
    await this.database.query('INSERT INTO secret (id, label, sealed, created_at) VALUES ($1, $2, $3, $4)', [
      id,
      storableText(label),
      toJsonb(this.box.seal(value, contextOf(id))),
      createdAt,
    ]);
    return {
      reference: `AzureMlSecret=${id}`,
      label,
      createdUtc: createdAt.toISOString(),
      lastUsedUtc: null,
    };
  }

  async list(): Promise<Secret[]> {
    const rows = (await this.database.query('SELECT * FROM secret ORDER BY created_at')) as SecretRow[];
    return rows.map((row) => ({
      reference: `AzureMlSecret=${row.id}`,
      label: row.label,
      createdUtc: row.created_at.toISOString(),
      lastUsedUtc: row.last_used_at?.toISOString() ?? null,
    }));
  }

  async remove(id: string): Promise<boolean> {
    const [, count] = (await this.database.query('DELETE FROM secret WHERE id = $1', [id])) as [
      unknown,
      number,
    ];
    return count > 0;
  }

  /**
   * Opens secrets for a run that goes on and refers to them; every use is written down before the value is given out.
   * @throws AppError `run-not-known` (retryable) where the run has not arrived here yet, `not-allowed`, `secret-unknown`.
   */
  async resolve(
    references: readonly string[],
    use: { runId: string; fence: number; caller: string },
  ): Promise<Record<string, string>> {
    const ids = references.map(secretIdOf);
    const sealed = await this.database.transaction(async (manager) => {
      const runs = (await manager.query('SELECT secret_ids, over_at FROM known_run WHERE run_id = $1', [
        use.runId,
      ])) as { secret_ids: string[]; over_at: Date | null }[];
      requireUse(runs[0], references, use.runId);
      const [rows] = (await manager.query(
        'UPDATE secret SET last_used_at = now() WHERE id::text = ANY($1) RETURNING *',
        [ids],
      )) as [SecretRow[]];
      await manager.query(
        'INSERT INTO secret_use (secret_id, run_id, fence, caller) SELECT unnest($1::uuid[]), $2, $3, $4',
        [rows.map(({ id }) => id), use.runId, use.fence, use.caller],
      );
      return new Map(rows.map((row) => [row.id, row.sealed]));
    });
    const values: Record<string, string> = {};
    for (const reference of references) {
      const id = secretIdOf(reference);
      const found = sealed.get(id);
      if (!found) throw unknownSecret(reference);
      values[reference] = this.box.open(found, contextOf(id));
    }
    return values;
  }
}

function requireUse(
  run: { secret_ids: string[]; over_at: Date | null } | undefined,
  references: readonly string[],
  runId: string,
): void {
  if (!run) {
    throw new AppError({
      code: 'run-not-known',
      message: `the run ${runId} is not known here yet`,
      retryable: true,
    });
  }
  const stranger = references.find((reference) => !run.secret_ids.includes(secretIdOf(reference)));
  if (run.over_at === null && stranger === undefined) return;
  throw new AppError({
    code: 'not-allowed',
    message:
      run.over_at === null ? `${runId} does not refer to ${stranger}` : `${runId} is not going on any more`,
    blame: 'user',
  });
}

function unknownSecret(reference: string): AppError {
  return new AppError({
    code: 'secret-unknown',
    message: `there is no stored secret for ${reference}`,
    hint: 'Give the password again: aml secret adopt, or aml computetarget attach.',
    blame: 'user',
  });
}
