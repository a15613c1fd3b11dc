import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A webhook as it came in, byte for byte, with what it meant for its lead. */
@Entity('events')
export class Event {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('text', { name: 'event_id' })
  eventId!: string;

  @PrimaryColumn('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @Column('text')
  source!: string;

  @Column('text')
  type!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text', { name: 'lead_id', nullable: true })
  leadId!: string | null;

  @Column('jsonb', { name: 'lead_events', nullable: true })
  leadEvents!: object | null;

  @Column('jsonb')
  headers!: Record<string, string>;

  @Column('text')
  traceparent!: string;

  @Column('bytea')
  body!: Buffer;

  /** Version of the lead's decision that applied it; null where it is of no lead, or older than this column. */
  @Column('integer', { name: 'lead_version', nullable: true })
  leadVersion!: number | null;
}
