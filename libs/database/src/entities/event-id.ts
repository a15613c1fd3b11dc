import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Every event id that was claimed, as a hash: what makes an effect happen once. */
@Entity('event_ids')
export class EventId {
  @PrimaryColumn('uuid')
  key!: string;

  /** On which it was claimed. */
  @PrimaryColumn('date')
  day!: string;

  @Column('text', { name: 'tenant_id' })
  tenantId!: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;
}
