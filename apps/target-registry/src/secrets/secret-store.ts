import type { SecretBody } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { AppError } from '@aml/errors';
import type { SealedSecret, SecretBox } from '@aml/secrets';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';

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
      label,
      JSON.stringify(this.box.seal(value, contextOf(id))),
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

  /** Opens secrets for a run that is not final; every use is written down. @throws AppError `not-allowed`, `secret-unknown`. */
  async resolve(
    references: readonly string[],
    use: { runId: string; fence: number; caller: string },
  ): Promise<Record<string, string>> {
    const active = (await this.database.query('SELECT 1 FROM active_run WHERE run_id = $1', [
      use.runId,
    ])) as unknown[];
    if (active.length === 0) {
      throw new AppError({
        code: 'not-allowed',
        message: `${use.runId} is not a run that is going on`,
        blame: 'user',
      });
    }
    const values: Record<string, string> = {};
    for (const reference of references) {
      const id = reference.replace(/^AzureMlSecret=/i, '');
      const rows = /^[0-9a-f-]{36}$/i.test(id)
        ? (
            (await this.database.query('UPDATE secret SET last_used_at = now() WHERE id = $1 RETURNING *', [
              id,
            ])) as [SecretRow[]]
          )[0]
        : [];
      if (!rows[0]) {
        throw new AppError({
          code: 'secret-unknown',
          message: `there is no stored secret for ${reference}`,
          hint: 'Give the password again: aml secret adopt, or aml computetarget attach.',
          blame: 'user',
        });
      }
      values[reference] = this.box.open(rows[0].sealed, contextOf(id));
      await this.database.query(
        'INSERT INTO secret_use (secret_id, run_id, fence, caller) VALUES ($1, $2, $3, $4)',
        [id, use.runId, use.fence, use.caller],
      );
    }
    return values;
  }
}
