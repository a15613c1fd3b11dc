import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many webhooks a tenant would usually have had in a gap. */
@Entity('downtime_estimates')
export class DowntimeEstimate {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('bigint', { name: 'downtime_id' })
  downtimeId!: string;

  @Column('double precision')
  expected!: number;

  @Column('integer')
  low!: number;

  @Column('integer')
  high!: number;

  @Column('text')
  basis!: string;
}
