import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One message of INBOX: counted when it came in, settled by scoring; in either order, each once. */
@Entity('inbox_packs')
export class InboxPack {
  @PrimaryColumn('timestamptz', { name: 'stored_at' })
  storedAt!: Date;

  @PrimaryColumn('bigint')
  sequence!: string;

  @Column('timestamptz', { name: 'counted_at', nullable: true })
  countedAt!: Date | null;

  @Column('jsonb', { nullable: true })
  counts!: object | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt!: Date | null;
}
