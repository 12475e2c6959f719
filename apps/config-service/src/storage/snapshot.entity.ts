import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('snapshot')
export class SnapshotEntity {
  /** SHA-256 of the canonical list of entries. */
  @PrimaryColumn('text')
  id!: string;

  @Column('int')
  files!: number;

  @Column('bigint', { transformer: { to: (value: number) => value, from: (value: string) => Number(value) } })
  bytes!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
