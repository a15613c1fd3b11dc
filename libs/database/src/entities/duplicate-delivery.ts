import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event of which more than one copy came. */
@Entity('duplicate_deliveries')
export class DuplicateDelivery {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('text', { name: 'event_id' })
  eventId!: string;

  @Column('timestamptz', { name: 'first_seen_at' })
  firstSeenAt!: Date;

  @Column('timestamptz', { name: 'last_seen_at' })
  lastSeenAt!: Date;

  @Column('bigint')
  copies!: string;
}
