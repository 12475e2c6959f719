import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateDispatcher1790000000000 implements MigrationInterface {
  name = 'CreateDispatcher1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE dispatched_run (
        run_id text PRIMARY KEY,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        project_id uuid NOT NULL,
        target_key text NOT NULL,
        state text NOT NULL,
        reason text NOT NULL,
        final boolean NOT NULL DEFAULT false,
        ready boolean NOT NULL,
        specification jsonb NOT NULL,
        request_id uuid,
        image jsonb,
        handle jsonb,
        lease_owner text,
        lease_until timestamptz,
        fence int NOT NULL DEFAULT 0,
        cancel_requested_at timestamptz,
        cleaned_at timestamptz
      );
      CREATE INDEX dispatched_run_active ON dispatched_run (target_key, seq) WHERE NOT final;
      CREATE INDEX dispatched_run_project ON dispatched_run (project_id, seq) WHERE handle IS NOT NULL AND cleaned_at IS NULL;
      CREATE TABLE early_cancel (
        run_id text PRIMARY KEY,
        requested_at timestamptz NOT NULL DEFAULT now()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE early_cancel, dispatched_run');
  }
}
