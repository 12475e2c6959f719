import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('workspace')
export class WorkspaceEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text', { name: 'account_name' })
  accountName!: string;

  @Column('text', { unique: true })
  name!: string;
}
