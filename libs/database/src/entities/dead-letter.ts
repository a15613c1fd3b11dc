import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A webhook that could not be scored: dead for a reason, or parked until its location is known. */
@Entity('dead_letters')
export class DeadLetter {
  @PrimaryColumn('bigint')
  id!: string;

  @Column('text', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text', { name: 'event_id' })
  eventId!: string;

  @Column('text')
  state!: string;

  @Column('text')
  reason!: string;

  @Column('text')
  source!: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @Column('jsonb')
  headers!: Record<string, string>;

  @Column('text')
  traceparent!: string;

  @Column('bytea')
  body!: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
