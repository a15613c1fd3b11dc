import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who did what to whose data. */
@Entity('audit')
export class AuditRecord {
  @PrimaryColumn('bigint')
  id!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text')
  actor!: string;

  @Column('text')
  action!: string;

  @Column('text', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  subject!: string;

  @Column('jsonb')
  detail!: object;
}
