import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What services counted for one tenant, minute and path. */
@Entity('minute_tallies')
export class MinuteTally {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('timestamptz')
  minute!: Date;

  @PrimaryColumn('text')
  path!: string;

  @Column('jsonb')
  outcomes!: Record<string, number>;

  @Column('bigint', { array: true })
  latency!: string[];
}
