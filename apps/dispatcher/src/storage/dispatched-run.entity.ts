import type { RunSpecification } from '@aml/contracts';
import type { RunState } from '@aml/run-model';
import type { RunHandle } from '@aml/targets';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The life of one run. */
@Entity('dispatched_run')
export class DispatchedRunEntity {
  @PrimaryColumn('text', { name: 'run_id' })
  runId!: string;

  /** Order of arrival. */
  @Column({ type: 'bigint', insert: false, update: false })
  seq!: string;

  @Column('uuid', { name: 'project_id' })
  projectId!: string;

  /** Runs of one key share its places. */
  @Column('text', { name: 'target_key' })
  targetKey!: string;

  @Column('text')
  state!: RunState;

  @Column('text')
  reason!: string;

  @Column('boolean')
  final!: boolean;

  /** True once nothing but a place on the target is missing. */
  @Column('boolean')
  ready!: boolean;

  @Column('jsonb')
  specification!: RunSpecification;

  @Column('uuid', { name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column('jsonb', { nullable: true })
  image!: { reference: string; id: string } | null;

  @Column('jsonb', { nullable: true })
  handle!: RunHandle | null;

  @Column('text', { name: 'lease_owner', nullable: true })
  leaseOwner!: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('int')
  fence!: number;

  @Column('timestamptz', { name: 'cancel_requested_at', nullable: true })
  cancelRequestedAt!: Date | null;

  @Column('timestamptz', { name: 'cleaned_at', nullable: true })
  cleanedAt!: Date | null;
}
