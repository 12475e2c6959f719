import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateConfigService1790000000000 implements MigrationInterface {
  name = 'CreateConfigService1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE workspace (
        id uuid PRIMARY KEY,
        account_name text NOT NULL,
        name text NOT NULL UNIQUE
      );
      CREATE TABLE project (
        id uuid PRIMARY KEY,
        workspace_id uuid NOT NULL REFERENCES workspace,
        name text NOT NULL,
        created_at timestamptz NOT NULL,
        runs int NOT NULL DEFAULT 0,
        last_millis bigint NOT NULL DEFAULT 0,
        UNIQUE (workspace_id, name)
      );
      CREATE TABLE snapshot (
        id text PRIMARY KEY,
        files int NOT NULL,
        bytes bigint NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE TABLE submission (
        run_id text PRIMARY KEY,
        project_id uuid NOT NULL REFERENCES project,
        idempotency_key text,
        specification jsonb NOT NULL,
        findings jsonb NOT NULL,
        accepted_at timestamptz NOT NULL,
        CONSTRAINT submission_key UNIQUE (project_id, idempotency_key)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE submission, snapshot, project, workspace');
  }
}
