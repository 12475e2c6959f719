import { Column, Entity, PrimaryColumn } from 'typeorm';

const bigint = { to: (value: number): number => value, from: (value: string): number => Number(value) };

@Entity('artifact')
export class ArtifactEntity {
  @PrimaryColumn('text', { name: 'run_id' })
  runId!: string;

  @PrimaryColumn('text')
  path!: string;

  @Column('bigint', { transformer: bigint })
  size!: number;

  @Column('text')
  sha256!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
