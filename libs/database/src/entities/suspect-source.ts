import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The latest time during which the signatures of a source matched none of its keys. */
@Entity('suspect_sources')
export class SuspectSource {
  @PrimaryColumn('text', { name: 'source_id' })
  sourceId!: string;

  /** Its kind. */
  @Column('text')
  source!: string;

  @Column('timestamptz', { name: 'since_at' })
  sinceAt!: Date;

  @Column('timestamptz', { name: 'last_at' })
  lastAt!: Date;

  /** Webhooks that were answered 429, copies of one among them. */
  @Column('bigint', { name: 'held_back' })
  heldBack!: string;

  /** How many of them are in quarantine. */
  @Column('bigint')
  kept!: string;
}
