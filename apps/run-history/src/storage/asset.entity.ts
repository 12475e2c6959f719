import { bigintAsNumber } from '@aml/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An artifact with a name of its own; its bytes are those of the artifact's content, which is never removed while an asset has it. */
@Entity('asset')
export class AssetEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  @Column('int')
  version!: number;

  @Column('text', { name: 'run_id' })
  runId!: string;

  @Column('text')
  path!: string;

  @Column('text')
  sha256!: string;

  @Column('bigint', { transformer: bigintAsNumber })
  size!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
