import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTargetRegistry1790000000000 implements MigrationInterface {
  name = 'CreateTargetRegistry1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE secret (
        id uuid PRIMARY KEY,
        label text NOT NULL,
        sealed jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz
      );
      CREATE TABLE secret_use (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        secret_id uuid NOT NULL,
        run_id text NOT NULL,
        fence int NOT NULL,
        caller text NOT NULL,
        used_at timestamptz NOT NULL DEFAULT now()
      );
      -- What a run may ask for; a run that is over may ask for nothing.
      CREATE TABLE known_run (
        run_id text PRIMARY KEY,
        secret_ids text[] NOT NULL DEFAULT '{}',
        over_at timestamptz
      );
      CREATE TABLE target_check (
        target_key text PRIMARY KEY,
        result jsonb NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE target_check, known_run, secret_use, secret');
  }
}
