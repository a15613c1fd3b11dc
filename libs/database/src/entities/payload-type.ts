import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A type of webhook that a source sends. */
@Entity('payload_types')
export class PayloadType {
  @PrimaryColumn('text', { name: 'source_id' })
  sourceId!: string;

  @PrimaryColumn('text')
  type!: string;

  @Column('text')
  source!: string;

  @Column('timestamptz', { name: 'first_seen_at' })
  firstSeenAt!: Date;

  @Column('timestamptz', { name: 'last_seen_at' })
  lastSeenAt!: Date;

  @Column('bigint')
  seen!: string;

  @Column('bigint', { name: 'looked_at' })
  lookedAt!: string;
}
