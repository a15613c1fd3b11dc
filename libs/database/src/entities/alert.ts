import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something that a person should look at, from when it began until it ended. */
@Entity('alerts')
export class Alert {
  @PrimaryColumn('bigint')
  id!: string;

  @Column('text')
  kind!: string;

  @Column('text')
  subject!: string;

  @Column('text', { name: 'tenant_id' })
  tenantId!: string;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt!: Date | null;

  @Column('text')
  summary!: string;

  @Column('jsonb')
  context!: object;
}
