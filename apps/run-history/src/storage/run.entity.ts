import type { ErrorBody, RunSpecification } from '@aml/contracts';
import type { RunState, StatusClaim } from '@aml/run-model';
import { bigintAsNumber } from '@aml/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('run')
export class RunEntity {
  @PrimaryColumn('text', { name: 'run_id' })
  runId!: string;

  @Column('uuid', { name: 'project_id' })
  projectId!: string;

  @Column('int', { name: 'run_number' })
  runNumber!: number;

  @Column('text')
  script!: string;

  @Column('text')
  target!: string;

  @Column('text')
  status!: RunState;

  @Column('text', { name: 'status_reason' })
  statusReason!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('double precision', { name: 'duration_ms', nullable: true })
  durationMs!: number | null;

  @Column('text', { nullable: true })
  name!: string | null;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('jsonb')
  tags!: Record<string, string>;

  @Column('boolean')
  hidden!: boolean;

  @Column('boolean')
  tracked!: boolean;

  @Column('int', { name: 'exit_code', nullable: true })
  exitCode!: number | null;

  @Column('jsonb', { nullable: true })
  error!: ErrorBody | null;

  @Column('jsonb')
  warnings!: string[];

  @Column('jsonb')
  specification!: RunSpecification;

  @Column('jsonb')
  properties!: Record<string, string>;

  /** Per name: the value, or the list of values where it was logged more than once. */
  @Column('jsonb')
  metrics!: Record<string, unknown>;

  /** Per name: the last value, where it is a number; for filters and sorting. */
  @Column('jsonb', { name: 'metrics_last' })
  metricsLast!: Record<string, number>;

  /** Per name: how often it was logged. */
  @Column('jsonb', { name: 'metrics_counts' })
  metricsCounts!: Record<string, number>;

  @Column('jsonb')
  claims!: StatusClaim[];

  /** Bytes of metrics.jsonl that are in the record. */
  @Column('bigint', { name: 'metrics_offset', transformer: bigintAsNumber })
  metricsOffset!: number;

  /** Highest fence seen. */
  @Column('int')
  fence!: number;
}
