import { bigintAsNumber } from '@aml/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('artifact')
export class ArtifactEntity {
  @PrimaryColumn('text', { name: 'run_id' })
  runId!: string;

  @PrimaryColumn('text')
  path!: string;

  @Column('bigint', { transformer: bigintAsNumber })
  size!: number;

  @Column('text')
  sha256!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
