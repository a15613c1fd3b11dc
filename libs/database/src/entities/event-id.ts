import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Every event id ever applied: what makes an effect happen once. */
@Entity('event_ids')
export class EventId {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('text', { name: 'event_id' })
  eventId!: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;
}
