import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The shared log: what was published, how far each group has read, what each group has done, what it gave up on. */
export class CreateEventLog1790000000000 implements MigrationInterface {
  name = 'CreateEventLog1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id uuid NOT NULL UNIQUE,
        topic text NOT NULL,
        key text NOT NULL,
        lane int NOT NULL,
        type text NOT NULL,
        envelope jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX outbox_lane ON outbox (topic, lane, seq);
      CREATE TABLE consumer_offset (
        grp text NOT NULL,
        topic text NOT NULL,
        lane int NOT NULL,
        last_seq bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (grp, topic, lane)
      );
      CREATE TABLE inbox (
        grp text NOT NULL,
        event_id uuid NOT NULL,
        done_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (grp, event_id)
      );
      CREATE INDEX inbox_age ON inbox (done_at);
      CREATE TABLE dead_letter (
        grp text NOT NULL,
        event_id uuid NOT NULL,
        topic text NOT NULL,
        lane int NOT NULL,
        seq bigint NOT NULL,
        envelope jsonb NOT NULL,
        attempts int NOT NULL,
        error jsonb NOT NULL,
        first_failed_at timestamptz NOT NULL,
        PRIMARY KEY (grp, event_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dead_letter, inbox, consumer_offset, outbox');
  }
}
