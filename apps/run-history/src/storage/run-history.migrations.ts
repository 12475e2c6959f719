import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRunHistory1790000000000 implements MigrationInterface {
  name = 'CreateRunHistory1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE run (
        run_id text PRIMARY KEY,
        project_id uuid NOT NULL,
        run_number int NOT NULL,
        script text NOT NULL,
        target text NOT NULL,
        status text NOT NULL,
        status_reason text NOT NULL,
        created_at timestamptz NOT NULL,
        started_at timestamptz,
        ended_at timestamptz,
        duration_ms double precision,
        name text,
        description text,
        tags jsonb NOT NULL,
        hidden boolean NOT NULL,
        tracked boolean NOT NULL,
        exit_code int,
        error jsonb,
        warnings jsonb NOT NULL,
        specification jsonb NOT NULL,
        properties jsonb NOT NULL,
        metrics jsonb NOT NULL,
        metrics_last jsonb NOT NULL,
        metrics_counts jsonb NOT NULL,
        claims jsonb NOT NULL,
        metrics_offset bigint NOT NULL DEFAULT 0,
        fence int NOT NULL DEFAULT 0
      );
      CREATE INDEX run_newest ON run (created_at DESC, run_id DESC);
      CREATE INDEX run_newest_of_project ON run (project_id, created_at DESC, run_id DESC);
      CREATE INDEX run_untracked ON run (ended_at) WHERE NOT tracked;
      CREATE TABLE run_state (
        run_id text NOT NULL REFERENCES run ON DELETE CASCADE,
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        state text NOT NULL,
        at timestamptz NOT NULL,
        reason text NOT NULL,
        evidence text,
        details jsonb
      );
      CREATE INDEX run_state_run ON run_state (run_id, seq);
      -- No reference to run: news of an environment may arrive before the run does.
      CREATE TABLE run_environment (
        run_id text PRIMARY KEY,
        environment jsonb NOT NULL,
        warnings jsonb NOT NULL
      );
      CREATE TABLE run_build (
        run_id text PRIMARY KEY,
        build_id uuid NOT NULL
      );
      CREATE INDEX run_build_build ON run_build (build_id);
      CREATE TABLE build_copy (
        build_id uuid PRIMARY KEY,
        done boolean NOT NULL DEFAULT false
      );
      CREATE INDEX build_copy_open ON build_copy (build_id) WHERE NOT done;
      -- The owner is a run, or a build whose log the records of several runs share.
      CREATE TABLE log_stream (
        owner text NOT NULL,
        stream text NOT NULL,
        size bigint NOT NULL DEFAULT 0,
        masked int NOT NULL DEFAULT 0,
        sealed boolean NOT NULL DEFAULT false,
        lines bigint,
        sha256 text,
        PRIMARY KEY (owner, stream)
      );
      CREATE TABLE log_chunk (
        owner text NOT NULL,
        stream text NOT NULL,
        start bigint NOT NULL,
        bytes bytea NOT NULL,
        PRIMARY KEY (owner, stream, start),
        FOREIGN KEY (owner, stream) REFERENCES log_stream ON DELETE CASCADE
      );
      ALTER TABLE log_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
      CREATE TABLE metric (
        run_id text NOT NULL REFERENCES run ON DELETE CASCADE,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        name text NOT NULL,
        kind text NOT NULL,
        value jsonb,
        logged_at double precision NOT NULL,
        PRIMARY KEY (run_id, seq)
      );
      CREATE TABLE artifact (
        run_id text NOT NULL REFERENCES run ON DELETE CASCADE,
        path text NOT NULL,
        size bigint NOT NULL,
        sha256 text NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (run_id, path)
      );
      CREATE INDEX artifact_content ON artifact (sha256);
      CREATE TABLE asset (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        version int NOT NULL,
        run_id text NOT NULL,
        path text NOT NULL,
        sha256 text NOT NULL,
        size bigint NOT NULL,
        created_at timestamptz NOT NULL,
        UNIQUE (name, version),
        UNIQUE (name, sha256)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE asset, artifact, metric, log_chunk, log_stream, build_copy, run_build, run_environment, run_state, run',
    );
  }
}
