import type { FindingBody, RunSpecification } from '@aml/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An accepted run: its immutable specification, and the key under which it was asked for. */
@Entity('submission')
export class SubmissionEntity {
  @PrimaryColumn('text', { name: 'run_id' })
  runId!: string;

  @Column('uuid', { name: 'project_id' })
  projectId!: string;

  @Column('text', { name: 'idempotency_key', nullable: true })
  idempotencyKey!: string | null;

  @Column('jsonb')
  specification!: RunSpecification;

  @Column('jsonb')
  findings!: FindingBody[];

  @Column('timestamptz', { name: 'accepted_at' })
  acceptedAt!: Date;
}
