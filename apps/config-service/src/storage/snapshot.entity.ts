import { bigintAsNumber } from '@aml/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('snapshot')
export class SnapshotEntity {
  /** SHA-256 of the canonical list of entries. */
  @PrimaryColumn('text')
  id!: string;

  @Column('int')
  files!: number;

  @Column('bigint', { transformer: bigintAsNumber })
  bytes!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
