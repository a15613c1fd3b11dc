import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A lead as it stands: folded state, display facts and the last decision as the queue shows it. */
@Entity('leads')
export class Lead {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('text', { name: 'lead_id' })
  leadId!: string;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'first_seen_at' })
  firstSeenAt!: Date;

  @Column('integer', { name: 'event_count' })
  eventCount!: number;

  @Column('jsonb')
  facts!: object;

  @Column('jsonb', { nullable: true })
  state!: object | null;

  @Column('boolean', { name: 'is_open' })
  isOpen!: boolean;

  @Column('text', { nullable: true })
  band!: string | null;

  @Column('double precision', { name: 'conversion_p', nullable: true })
  conversionP!: number | null;

  @Column('double precision', { name: 'going_cold_p', nullable: true })
  goingColdP!: number | null;

  @Column('timestamptz', { name: 'scored_at', nullable: true })
  scoredAt!: Date | null;

  @Column('jsonb', { nullable: true })
  summary!: object | null;
}
