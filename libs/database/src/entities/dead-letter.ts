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

  @Column('text', { name: 'source_id' })
  sourceId!: string;

  @Column('text', { nullable: true })
  type!: string | null;

  @Column('text', { name: 'lead_id', nullable: true })
  leadId!: string | null;

  @Column('text')
  cause!: string;

  @Column('text', { nullable: true })
  detail!: string | null;

  @Column('integer')
  attempts!: number;

  @Column('jsonb', { name: 'attempt_log' })
  attemptLog!: object[];

  @Column('timestamptz', { name: 'first_failed_at' })
  firstFailedAt!: Date;

  @Column('timestamptz', { name: 'last_failed_at' })
  lastFailedAt!: Date;

  @Column('timestamptz', { name: 'sent_again_at', nullable: true })
  sentAgainAt!: Date | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt!: Date | null;

  @Column('tsvector')
  words!: string;
}
