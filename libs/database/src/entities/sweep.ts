import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where the latest round through the leads of a tenant is. */
@Entity('sweeps')
export class Sweep {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @Column('timestamptz', { name: 'began_at' })
  beganAt!: Date;

  /** This lead and all before it are done. */
  @Column('text', { name: 'after_lead_id' })
  afterLeadId!: string;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column('text', { name: 'lease_by', nullable: true })
  leaseBy!: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;
}
