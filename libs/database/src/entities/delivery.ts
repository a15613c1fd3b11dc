import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One copy of a webhook in the inbox and what became of it; its bytes are in events or dead_letters. */
@Entity('deliveries')
export class Delivery {
  @PrimaryColumn('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @PrimaryColumn('bigint', { name: 'pack_sequence' })
  packSequence!: string;

  @PrimaryColumn('integer', { name: 'pack_position' })
  packPosition!: number;

  @Column('text', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text', { name: 'event_id' })
  eventId!: string;

  @Column('timestamptz', { name: 'stored_at' })
  storedAt!: Date;

  @Column('timestamptz', { name: 'settled_at' })
  settledAt!: Date;

  @Column('text')
  source!: string;

  @Column('text', { name: 'source_id' })
  sourceId!: string;

  @Column('text', { nullable: true })
  type!: string | null;

  @Column('text', { name: 'lead_id', nullable: true })
  leadId!: string | null;

  @Column('text')
  outcome!: string;

  @Column('integer')
  attempts!: number;

  @Column('bigint', { name: 'replay_id', nullable: true })
  replayId!: string | null;

  @Column('tsvector')
  words!: string;
}
