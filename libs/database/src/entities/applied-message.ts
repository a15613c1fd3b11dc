import { Entity, PrimaryColumn } from 'typeorm';

/** A message whose effect is in the database. */
@Entity('applied_messages')
export class AppliedMessage {
  @PrimaryColumn('text')
  stream!: string;

  @PrimaryColumn('timestamptz', { name: 'stored_at' })
  storedAt!: Date;

  @PrimaryColumn('bigint')
  sequence!: string;
}
