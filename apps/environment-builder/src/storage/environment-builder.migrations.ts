import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateEnvironmentBuilder1790000000000 implements MigrationInterface {
  name = 'CreateEnvironmentBuilder1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE environment (
        identity text NOT NULL,
        engine text NOT NULL,
        status text NOT NULL,
        image text,
        image_id text,
        size_bytes bigint,
        build_id uuid,
        build_seconds double precision,
        definition jsonb NOT NULL,
        inputs jsonb NOT NULL,
        lock jsonb,
        projects text[] NOT NULL,
        error jsonb,
        warnings jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz NOT NULL,
        PRIMARY KEY (identity, engine)
      );
      CREATE TABLE environment_use (
        identity text NOT NULL,
        run_id text NOT NULL,
        PRIMARY KEY (run_id, identity)
      );
      CREATE TABLE run_over (
        run_id text PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE environment_request (
        request_id uuid PRIMARY KEY,
        run_id text,
        engine text NOT NULL,
        input_key text NOT NULL,
        request jsonb NOT NULL,
        state text NOT NULL,
        identity text,
        build_id uuid,
        image text,
        reused boolean NOT NULL DEFAULT false,
        seconds double precision,
        error jsonb,
        warnings jsonb NOT NULL DEFAULT '[]',
        requested_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX environment_request_waiting ON environment_request (input_key, requested_at) WHERE state = 'waiting';
      CREATE INDEX environment_request_building ON environment_request (build_id) WHERE state = 'building';
      CREATE TABLE build (
        build_id uuid PRIMARY KEY,
        identity text NOT NULL,
        engine text NOT NULL,
        request jsonb NOT NULL,
        status text NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        log_size bigint NOT NULL DEFAULT 0
      );
      CREATE UNIQUE INDEX build_single_flight ON build (identity, engine) WHERE status = 'building';
      CREATE TABLE build_log (
        build_id uuid NOT NULL REFERENCES build ON DELETE CASCADE,
        start bigint NOT NULL,
        bytes bytea NOT NULL,
        PRIMARY KEY (build_id, start)
      );
      CREATE TABLE base_pin (
        engine text NOT NULL,
        reference text NOT NULL,
        base jsonb NOT NULL,
        platform text NOT NULL,
        pinned_at timestamptz NOT NULL,
        PRIMARY KEY (engine, reference)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE base_pin, build_log, build, environment_request, run_over, environment_use, environment',
    );
  }
}
