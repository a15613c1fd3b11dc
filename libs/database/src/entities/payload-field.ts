import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A field of a type, with the kinds of value it had. */
@Entity('payload_fields')
export class PayloadField {
  @PrimaryColumn('text', { name: 'source_id' })
  sourceId!: string;

  @PrimaryColumn('text')
  type!: string;

  @PrimaryColumn('text')
  path!: string;

  @Column('jsonb')
  kinds!: Record<string, number>;

  @Column('timestamptz', { name: 'first_seen_at' })
  firstSeenAt!: Date;

  @Column('timestamptz', { name: 'last_seen_at' })
  lastSeenAt!: Date;

  @Column('bigint', { name: 'first_place' })
  firstPlace!: string;

  @Column('bigint', { name: 'last_place' })
  lastPlace!: string;

  @Column('bigint')
  count!: string;

  @Column('text', { nullable: true })
  example!: string | null;

  @Column('timestamptz', { name: 'vanished_at', nullable: true })
  vanishedAt!: Date | null;
}
